/** A TCP balancer on loopback: each connection goes to the next server that takes it. */
import { fork } from 'node:child_process'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Balancer {
  readonly port: number
  /** Connections of one server are cut with it. */
  drop(port: number): void
  close(): void
}

/** The same as a child process. */
export async function forkBalancer(ports: readonly number[]): Promise<Balancer> {
  const child = fork(new URL('./balancer-process.ts', import.meta.url), ports.map(String), {
    execArgv: ['--import', 'tsx'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error('the balancer ended')))
  })
  return {
    port,
    drop: (gone) => child.send(gone),
    close: () => child.disconnect(),
  }
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const targets = [...ports]
  const open = new Set<Socket>()
  let turn = 0

  const join = (client: Socket, tries: number) => {
    turn += 1
    const port = targets[turn % targets.length]
    if (port === undefined || tries === 0) return client.destroy()
    const server = connect(port, '127.0.0.1')
    let isJoined = false
    server.once('connect', () => {
      isJoined = true
      client.pipe(server).pipe(client)
    })
    server.on('error', () => {
      if (isJoined) client.destroy()
      else join(client, tries - 1)
    })
    server.on('close', () => {
      if (isJoined) client.destroy()
    })
    client.on('close', () => server.destroy())
    return undefined
  }
  const listener = createServer({ noDelay: true }, (client) => {
    open.add(client)
    client.on('close', () => open.delete(client))
    client.on('error', () => {})
    join(client, 2 * targets.length)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', 4_096, resolve))
  return {
    port: (listener.address() as AddressInfo).port,
    drop: (port) => void targets.splice(targets.indexOf(port), 1),
    close() {
      for (const client of open) client.destroy()
      listener.close()
    },
  }
}
