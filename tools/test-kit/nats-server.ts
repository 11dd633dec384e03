/** A NATS of the test's own: Debian's, on a loopback port, in memory only. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

export interface NatsServer {
  readonly url: string
  readonly pid: number
  /** Ends at once and begins again on the same port, with nothing of before. */
  restart(): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** `options`: of the program; `wrap`: what runs it, such as strace. */
export async function startNats(options: readonly string[] = [], wrap: readonly string[] = []): Promise<NatsServer> {
  const port = await freePort()
  let pid = 0
  let end = async () => {}
  const start = async () => {
    const [command = '', ...args] = [...wrap, 'nats-server', '-a', '127.0.0.1', '-p', String(port), ...options]
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const ended = new Promise((resolve) => child.once('close', resolve))
    pid = await new Promise<number>((resolve, reject) => {
      let text = ''
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const line = /\[(\d+)\].*Server is ready/.exec(text)
        if (line !== null) resolve(Number(line[1]))
      })
      child.once('close', () => reject(new Error(`NATS ended: ${text}`)))
    })
    end = async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(pid, 'SIGKILL')
      await ended
    }
  }
  await start()
  return {
    url: `nats://127.0.0.1:${port}`,
    get pid() {
      return pid
    },
    async restart() {
      await end()
      await start()
    },
    stop: () => end(),
    start,
  }
}
