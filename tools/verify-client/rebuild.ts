/** The client of a commit, built anew in a folder of its own and served by the server of that commit. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../verify/run-command.js'
import type { BuildList } from './compare.js'

async function must(command: readonly string[], folder?: string): Promise<string> {
  const { code, output } = await runCommand(command, folder === undefined ? {} : { folder })
  if (code !== 0) throw new Error(`${command.join(' ')} failed:\n${output.slice(-2_000)}`)
  return output.trim()
}

/** The full name of a tag's or another commit. */
export function commitOf(name: string): Promise<string> {
  return must(['git', 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
}

/** Puts the sources of a commit into `folder`, and builds them with the packages of its lock file; no package runs a script at that. */
export async function rebuild(commit: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const archive = join(folder, 'sources.tar')
  await must(['git', 'archive', '--output', archive, commit])
  await must(['tar', '-xf', archive, '-C', folder])
  rmSync(archive)
  await must(['npm', 'ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], folder)
  await must(['npm', 'run', 'build'], folder)
}

/** The list of a built client. */
export function readBuildList(web: string): BuildList {
  return JSON.parse(readFileSync(join(web, 'build.json'), 'utf8')) as BuildList
}

export const webOf = (checkout: string): string => join(checkout, 'reference-client/dist/web')

export interface Served extends AsyncDisposable {
  readonly origin: string
}

/** Serves the client of a built checkout, or `web`, on loopback, with the headers that a server at `publicOrigin` sends. */
export async function serve(checkout: string, publicOrigin?: string, web = webOf(checkout)): Promise<Served> {
  const data = join(tmpdir(), `solo2-verify-client-${process.pid}-${serial++}`)
  const child = spawn(process.execPath, [join(checkout, 'reference-server/dist/main.js')], {
    env: {
      PATH: process.env['PATH'],
      SOLO2_PORT: '0',
      SOLO2_STUN_PORT: 'off',
      SOLO2_LOG: 'off',
      SOLO2_DATA: data,
      SOLO2_WEB: web,
      ...(publicOrigin !== undefined && { SOLO2_PUBLIC_ORIGIN: publicOrigin }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const origin = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const port = /ready: \S+:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
    })
  })
  return {
    origin,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      rmSync(data, { recursive: true, force: true })
    },
  }
}
let serial = 0
