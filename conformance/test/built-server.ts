/** The built reference server as a process, with its data in a folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../reference-server/dist/main.js', import.meta.url))

export interface BuiltServer extends AsyncDisposable {
  readonly url: string
}

export async function startBuiltServer(settings: Readonly<Record<string, string>>): Promise<BuiltServer> {
  const data = await mkdtemp(join(tmpdir(), 'solo2-cases-'))
  const own = { SOLO2_PORT: '0', SOLO2_STUN_PORT: '0', SOLO2_DATA: data, SOLO2_LOG: 'off' }
  const child = spawn(process.execPath, [BIN], {
    env: { PATH: process.env['PATH'], ...own, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}; npm run build makes it`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /ready: (http:\/\/\S+)/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        await gone
      }
      await rm(data, { recursive: true, force: true })
    },
  }
}
