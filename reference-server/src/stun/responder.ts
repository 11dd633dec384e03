/** The built-in STUN server on UDP: tells clients their own address, keeps nothing (spec/05 section 11). */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { addressBytes, unmapped } from '../log/address.js'
import { bindingAnswer, readBindingRequest } from './message.js'

export interface StunServer {
  readonly port: number
  close(): Promise<void>
}

/** Listens on `host` and `port`, 0 for any. Rejects if the port is taken. */
export async function startStun(host: string, port: number): Promise<StunServer> {
  const socket: Socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  // An unreachable client shows up as an error of the socket: nothing to do for the others.
  socket.on('error', () => {})
  socket.on('message', (bytes, from) => {
    const request = readBindingRequest(bytes)
    // A socket of both families shows an IPv4 client mapped into IPv6; as such the address is of no use to anybody.
    const address = addressBytes(from.address)
    if (request !== undefined && address !== undefined) {
      socket.send(bindingAnswer(request, unmapped(address), from.port), from.port, from.address)
    }
  })
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
