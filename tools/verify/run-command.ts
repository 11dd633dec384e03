/** Runs a program of the repository and collects what it says. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join, resolve as resolvePath } from 'node:path'
import { ROOT } from './check.js'

export interface Outcome {
  readonly code: number
  /** Standard output and error as they came, interleaved. */
  readonly output: string
}

export interface CommandOptions {
  /** Working directory: below the root, or absolute. */
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Also lets the terminal see it as it comes. */
  readonly echo?: boolean
}

const running = new Set<ChildProcess>()

/** From now on SIGINT and SIGTERM end this program and what it runs, instead of only the part that runs now. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const child of running) child.kill(signal)
      process.exit(1)
    })
  }
}

/** The installed tools of the workspaces come first in PATH, as under `npm run`. */
export function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: resolvePath(ROOT, options.folder ?? ''),
      env: {
        ...process.env,
        PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    const chunks: Buffer[] = []
    const collect = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
      chunks.push(chunk)
      if (options.echo) stream.write(chunk)
    }
    child.stdout.on('data', collect(process.stdout))
    child.stderr.on('data', collect(process.stderr))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve({ code: code ?? (signal ? 1 : 0), output: Buffer.concat(chunks).toString('utf8') })
    })
  })
}
