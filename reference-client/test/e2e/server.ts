/** The built server as a process of its own, with an empty folder, and no way out but its port. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../reference-server/dist/main.js', import.meta.url))
const READY = /^Solo2 server ready: (https?:\/\/\S+) \(stun udp (\d+|off)\)$/

export interface ServerProcess {
  readonly origin: string
  /** UDP port of its STUN server. */
  readonly stunPort: number
  readonly pid: number
  /** SIGKILL: no goodbye, nothing flushed. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts it anew on the same port and folder. */
  again(): Promise<void>
  end(): Promise<void>
}

/** `environment`: further SOLO2_ variables. */
export async function startServer(environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'solo2-server-'))
  let started = await spawnServer(data, '0', environment)
  const port = new URL(started.origin).port
  const kill = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const { child } = started
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return {
    origin: started.origin,
    get stunPort() {
      return started.stunPort
    },
    get pid() {
      return started.child.pid ?? 0
    },
    kill: () => kill('SIGKILL'),
    async again() {
      started = await spawnServer(data, port, environment)
    },
    async end() {
      await kill('SIGTERM')
      await rm(data, { recursive: true, force: true })
    },
  }
}

async function spawnServer(
  data: string,
  port: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; origin: string; stunPort: number }> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      SOLO2_PORT: port,
      SOLO2_STUN_PORT: '0',
      SOLO2_DATA: data,
      SOLO2_LOG: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin, stunPort] = READY.exec(line) ?? []
    if (origin === undefined) continue
    child.stdout.resume()
    return { child, origin, stunPort: Number(stunPort) }
  }
  throw new Error('the server ended before it was ready')
}

/** Whether anybody listens there. */
export function answers(origin: string): Promise<boolean> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
