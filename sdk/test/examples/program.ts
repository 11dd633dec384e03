/** An example as a process of its own, in a folder of its own, as its README starts it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))
const TSX = import.meta.resolve('tsx')

export interface Program {
  readonly child: ChildProcess
  /** What it printed so far, on both streams. */
  readonly printed: string
  /** Resolves with the match as soon as it printed that; rejects when it ends without. */
  prints(pattern: RegExp): Promise<RegExpExecArray>
  type(line: string): void
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
}

export interface Start {
  readonly folder: string
  readonly password?: string
}

export function startExample(name: string, args: readonly string[], { folder, password = '' }: Start): Program {
  const command = ['--import', TSX, '--conditions=source', `${EXAMPLES}${name}/main.ts`, ...args]
  mkdirSync(folder, { recursive: true })
  const child = spawn(process.execPath, command, {
    cwd: folder,
    env: { PATH: process.env['PATH'], PASSWORD: password },
    stdio: 'pipe',
  })
  let printed = ''
  const waiting = new Set<() => void>()
  const look = () => {
    for (const one of [...waiting]) one()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      look()
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      resolve(code)
      look()
    })
  })
  return {
    child,
    get printed() {
      return printed
    },
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const one = () => {
          const match = pattern.exec(printed)
          if (match === null && child.exitCode === null && child.signalCode === null) return
          waiting.delete(one)
          if (match === null) reject(new Error(`${name} ended without ${pattern}: ${printed}`))
          else resolve(match)
        }
        waiting.add(one)
        one()
      }),
    type: (line) => child.stdin.write(`${line}\n`),
    ended,
  }
}
