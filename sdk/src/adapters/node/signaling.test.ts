import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { type ServerEnd, signalingSuite } from '../../../test/suites/signaling.suite.js'
import { nodeSignaling } from './signaling.js'

signalingSuite('ws', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const dead = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await Promise.all([server, dead].map((each) => new Promise((resolve) => each.once('listening', resolve))))
  const url = (of: WebSocketServer) => `ws://127.0.0.1:${(of.address() as AddressInfo).port}/v1/introduction`
  const deadUrl = url(dead)
  await new Promise((resolve) => dead.close(resolve))
  return {
    signaling: nodeSignaling,
    url: url(server),
    deadUrl,
    accepted: () =>
      new Promise<ServerEnd>((resolve) => {
        server.once('connection', (socket) => {
          const frames: Uint8Array[] = []
          socket.on('message', (data: Buffer) => frames.push(Uint8Array.from(data)))
          socket.on('error', () => {})
          resolve({
            frames,
            send: (frame) => socket.send(frame),
            sendText: (text) => socket.send(text),
            close: () => socket.close(),
          })
        })
      }),
    async dispose() {
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
})
