/** A proxy to Debian's mirror and the npm registry: the only door out of a machine under test. What else is asked for is refused, and told. */
import { createServer, request } from 'node:http'
import { connect, type Socket } from 'node:net'

export interface Registries extends AsyncDisposable {
  readonly port: number
  /** Hosts that were asked for, let through or not. */
  readonly asked: ReadonlySet<string>
}

/** Listens at that address, and lets through to those hosts. */
export async function startRegistries(address: string, hosts: readonly string[]): Promise<Registries> {
  const asked = new Set<string>()
  const allowed = (host: string): boolean => {
    asked.add(host)
    return hosts.includes(host)
  }
  const server = createServer((from, to) => {
    const url = URL.parse(from.url ?? '')
    if (url === null || !allowed(url.hostname)) return void to.writeHead(403).end()
    const passed = request(url, { method: from.method ?? 'GET', headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(to)
    })
    passed.on('error', () => to.destroy())
    from.pipe(passed)
  })
  server.on('connect', (from, socket) => {
    const [host = '', port = ''] = (from.url ?? '').split(':')
    if (!allowed(host)) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const passed = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      passed.pipe(socket)
      socket.pipe(passed)
    })
    passed.on('error', () => socket.destroy())
    socket.on('error', () => passed.destroy())
  })
  // Tunnels are no requests any more, so the server would wait for them.
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the proxy has no port')
  return {
    port: bound.port,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
