/** Ports for uWebSockets.js. */
import uws, { type TemplatedApp, type us_listen_socket } from 'uWebSockets.js'
import { type AddressInfo, createServer } from 'node:net'
import { Solo2Error } from '@solo2/sdk/shared'

/** Has listened, or failed, before it returns. Throws `unavailable`. */
export function listen(app: TemplatedApp, host: string, port: number): us_listen_socket {
  // The types leave out this option and the form with a host and options.
  const { LIBUS_LISTEN_EXCLUSIVE_PORT: exclusive } = uws as unknown as { LIBUS_LISTEN_EXCLUSIVE_PORT: number }
  const listenOn = app.listen as unknown as (
    host: string,
    port: number,
    options: number,
    done: (socket: us_listen_socket | false) => void,
  ) => void
  let opened: us_listen_socket | false = false
  listenOn.call(app, host, port, exclusive, (socket) => {
    opened = socket
  })
  if (opened) return opened
  throw new Solo2Error('unavailable', `The TCP port ${port} is taken, or the address is not this machine's.`)
}

/** A port that is free now. */
async function freePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, host, resolve)
  })
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/**
 * For port 0 uWebSockets.js leaves out SO_REUSEADDR, so that the port would stay taken for a while after the end: a free
 * one is looked up first. Somebody else may take it in between, hence several tries.
 */
export async function listenOnAny(app: TemplatedApp, host: string): Promise<us_listen_socket> {
  for (let tries = 1; ; tries++) {
    try {
      return listen(app, host, await freePort(host))
    } catch (error) {
      if (tries === 10) throw error
    }
  }
}

export function portOf(socket: us_listen_socket): number {
  return uws.us_socket_local_port(socket as unknown as Parameters<typeof uws.us_socket_local_port>[0])
}
