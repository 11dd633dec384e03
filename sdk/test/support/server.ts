/** The real server as a child process, through its bin, on loopback and a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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

export async function startServer(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'solo2-server-'))
  const child = spawn(process.execPath, [BIN], {
    env: { ...process.env, SOLO2_PORT: '0', SOLO2_STUN_PORT: '0', SOLO2_DATA: data, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { url, port } = await ready(child)
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return {
    url,
    port,
    pid: child.pid ?? 0,
    data,
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
      await rm(data, { recursive: true, force: true })
    },
  }
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
