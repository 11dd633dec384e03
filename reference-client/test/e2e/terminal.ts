/** The built `solo2` on a pseudo-terminal, and what a person sees there. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createScreen, type Screen } from './screen.js'

const HOST = fileURLToPath(new URL('./pseudo-terminal.py', import.meta.url))
const MAIN = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url))

export interface Terminal {
  readonly screen: Screen
  /** All bytes that came. */
  readonly printed: string
  /** Keys, or what is pasted; `\r` is Enter. */
  type(text: string): void
  resize(rows: number, columns: number): void
  /** Resolves as soon as a row, or the whole, matches; rejects when the program ends without. */
  shows(pattern: RegExp): Promise<void>
  /** Resolves as soon as the row of the cursor is that. */
  stands(pattern: RegExp): Promise<void>
  readonly ended: Promise<number | null>
  kill(): void
}

export function openTerminal(args: readonly string[], environment: Record<string, string> = {}): Terminal {
  const child = spawn('python3', [HOST, process.execPath, MAIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', TERM: 'xterm', LANG: 'C.UTF-8', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const screen = createScreen(80)
  let printed = ''
  let isOver = false
  const waiting = new Set<() => void>()
  const look = () => {
    for (const one of [...waiting]) one()
  }
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    printed += data
    screen.write(data)
    look()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      isOver = true
      resolve(code)
      look()
    })
  })
  const order = (what: object) => child.stdin.write(`${JSON.stringify(what)}\n`)

  function until(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const one = () => {
        if (!condition() && !isOver) return
        waiting.delete(one)
        if (condition()) resolve()
        else reject(new Error(`ended without ${what}:\n${screen.rows.join('\n')}`))
      }
      waiting.add(one)
      one()
    })
  }

  return {
    screen,
    get printed() {
      return printed
    },
    type: (text) => order({ write: text }),
    resize(rows, columns) {
      screen.resize(columns)
      order({ size: [rows, columns] })
    },
    shows: (pattern) => until(() => screen.rows.some((row) => pattern.test(row)), String(pattern)),
    stands: (pattern) => until(() => pattern.test(screen.rows[screen.cursor.row] ?? ''), String(pattern)),
    ended,
    kill: () => child.kill('SIGKILL'),
  }
}
