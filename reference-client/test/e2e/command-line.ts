/** The built `solo2` as processes of their own, one a command, with a vault in a folder. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url))

/** One line of `--json`. */
export type Fact = { readonly event: string } & Readonly<Record<string, unknown>>

export interface Running {
  /** Facts said so far. */
  readonly facts: Fact[]
  /** Resolves with the next fact of that kind that nobody took before. */
  next(event: string): Promise<Fact>
  /** Resolves with the exit code. */
  readonly ended: Promise<number>
  stop(): void
}

export interface CommandLine {
  readonly folder: string
  readonly downloads: string
  start(...args: string[]): Running
  /** Runs to its end; rejects unless it exits with 0. */
  run(...args: string[]): Promise<Fact[]>
  end(): Promise<void>
}

export async function commandLine(password: string): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'solo2-cli-'))
  const downloads = join(folder, 'downloads')
  await mkdir(downloads)
  await writeFile(join(folder, 'password'), `${password}\n`)
  const common = ['--json', '--vault', join(folder, 'vault'), '--downloads', downloads]
  const running = new Set<Running>()

  function start(...args: string[]): Running {
    const child = spawn(process.execPath, [MAIN, ...args, ...common, '--password-file', join(folder, 'password')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const facts: Fact[] = []
    const waiting = new Set<() => void>()
    let taken = 0
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        facts.push(JSON.parse(line) as Fact)
        for (const look of [...waiting]) look()
      })
    }
    const ended = new Promise<number>((resolve) => {
      child.on('close', (code) => {
        running.delete(self)
        resolve(code ?? -1)
        for (const look of [...waiting]) look()
      })
    })
    const self: Running = {
      facts,
      ended,
      next: (event) =>
        new Promise((resolve, reject) => {
          const look = () => {
            const at = facts.findIndex((fact, n) => n >= taken && fact.event === event)
            if (at < 0 && child.exitCode === null) return
            waiting.delete(look)
            if (at < 0) return reject(new Error(`ended without ${event}: ${JSON.stringify(facts)}`))
            taken = at + 1
            resolve(facts[at] as Fact)
          }
          waiting.add(look)
          look()
        }),
      stop: () => child.kill('SIGTERM'),
    }
    running.add(self)
    return self
  }

  return {
    folder,
    downloads,
    start,
    async run(...args) {
      const command = start(...args)
      const code = await command.ended
      if (code !== 0) throw new Error(`solo2 ${args[0]} ended with ${code}: ${JSON.stringify(command.facts)}`)
      return command.facts
    },
    async end() {
      for (const each of running) each.stop()
      await Promise.all([...running].map(({ ended }) => ended))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
