/** The real server as a child process, through its bin, on loopback and a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly data: string
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
}

const BIN = fileURLToPath(new URL('../../../reference-server/dist/main.js', import.meta.url))

/** `tracer`: a program that runs the server as its only child, such as strace; `pid` is the server's all the same. */
export async function startServer(
  environment: Record<string, string> = {},
  tracer: readonly string[] = [],
): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'solo2-server-'))
  const [command = '', ...args] = [...tracer, process.execPath, BIN]
  const child = spawn(command, args, {
    env: { ...process.env, SOLO2_PORT: '0', SOLO2_STUN_PORT: '0', SOLO2_DATA: data, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { url, port } = await ready(child)
  const pid = tracer.length === 0 ? (child.pid ?? 0) : onlyChild(child.pid ?? 0)
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    process.kill(pid, signal)
    await gone
  }
  return {
    url,
    port,
    pid,
    data,
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** The one process that `pid` started. */
function onlyChild(pid: number): number {
  const [child, ...others] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'ascii').trim().split(' ')
  if (!child || others.length > 0) throw new Error('the tracer has another number of children than one')
  return Number(child)
}

function ready(child: ChildProcess): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}; npm run build makes it`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const line = /Solo2 server ready: (http:\/\/\S+:(\d+))/.exec(text)
      if (line?.[1] !== undefined) resolve({ url: line[1], port: Number(line[2]) })
    })
  })
}
