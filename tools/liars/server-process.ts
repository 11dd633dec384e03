/** The server of a copy, from its sources, as a process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'

/** Wide where a limit is not what is looked at: all cases come from one address and a few people. */
const LIMITS = {
  ...Object.fromEntries(
    ['CALLS', 'PRELOGIN', 'REGISTER', 'LOGIN', 'RECOVER', 'SOCKETS'].map((name) => [name, '100000/60']),
  ),
  ...Object.fromEntries(['PAIRING', 'PAIRING_CODE', 'TURN', 'CHECKOUT', 'FEEDBACK'].map((name) => [name, '1000/60'])),
  LOOK_UP: '60/3600',
  TICKETS: '400/3600',
}

function environment(data: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    SOLO2_PORT: '0',
    SOLO2_STUN_PORT: '0',
    SOLO2_DATA: data,
    SOLO2_LOG: 'off',
    SOLO2_WEB: join(ROOT, 'reference-client/dist/web'),
    SOLO2_TURN_URLS: 'turn:127.0.0.1:3478',
    SOLO2_TURN_SECRET: 'a secret that no mirror has',
    SOLO2_PAYMENT_URL: 'http://127.0.0.1:9/',
    SOLO2_PAYMENT_SECRET: 'a secret that no gateway has, 32 characters',
    SOLO2_PRICE_STANDARD: '1',
    SOLO2_TEST_CLOCK: 'on',
    ...Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [`SOLO2_LIMIT_${name}`, limit])),
  }
}

export interface ServerProcess extends AsyncDisposable {
  readonly url: string
}

/** Starts the server in `folder`; rejects with what it said if it ends before it is ready. */
export async function startServerOf(folder: string): Promise<ServerProcess> {
  const data = mkdtempSync(join(folder, 'data-'))
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', 'reference-server/src/main.ts'], {
    cwd: folder,
    env: environment(data),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the server ended: ${said.trim().slice(-300)}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const found = /ready: (http:\/\/\S+)/.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
  })
  return {
    url,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await gone
      }
      process.off('exit', kill)
      rmSync(data, { recursive: true, force: true })
    },
  }
}
