/** The door of the metrics: a port of its own at loopback, so that no proxy in front passes it on by accident. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Solo2Error } from '@solo2/sdk/shared'

const HOST = '127.0.0.1'

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

/** Rejects with `unavailable` if the port is taken. */
export async function startMetrics(port: number, text: () => string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const isThere = request.url === '/metrics' && request.method === 'GET'
    response.writeHead(isThere ? 200 : 404, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    })
    response.end(isThere ? text() : 'Not found.\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new Solo2Error('unavailable', `The metrics port ${port} is taken.`)))
    server.listen(port, HOST, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
