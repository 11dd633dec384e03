/** The password: from a file, from stdin, or typed without an echo. Never from the arguments, which everybody can list. */
import { readFile } from 'node:fs/promises'
import { usageError } from './usage.js'

/** Longer input is no password (spec/03 section 2). Bytes. */
const LONGEST = 65_536

export interface PasswordSource {
  /** Path, `-` for stdin. */
  readonly file: string | undefined
  /** Ask twice, when a password is chosen. */
  readonly twice: boolean
  readonly question: string
  /** Stdin holds something else: only this option or a terminal can give it. */
  readonly option?: string
}

export async function readPassword(
  { file, twice, question, option }: PasswordSource,
  stdin: NodeJS.ReadStream = process.stdin,
): Promise<string> {
  if (file !== undefined && file !== '-') return decode(await readFile(file))
  if (option !== undefined && !stdin.isTTY) throw usageError(`--${option} is missing`)
  if (file === '-' || !stdin.isTTY) return decode(await readAll(stdin))
  const password = await ask(stdin, question)
  if (twice && password !== (await ask(stdin, 'Again: '))) throw usageError('the two passwords differ')
  return password
}

/** Exactly one line end is not part of it: what an editor or `echo` adds. Blanks are: nothing else is trimmed. */
function decode(bytes: Uint8Array): string {
  if (bytes.length > LONGEST) throw usageError('this is too long for a password')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw usageError('the password is not UTF-8')
  }
  bytes.fill(0)
  return text.replace(/\r?\n$/, '')
}

async function readAll(stdin: NodeJS.ReadStream): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stdin) {
    parts.push(part as Buffer)
    length += (part as Buffer).length
    if (length > LONGEST) break
  }
  return Buffer.concat(parts)
}

/** A line of the terminal, not shown while it is typed. */
function ask(stdin: NodeJS.ReadStream, question: string): Promise<string> {
  process.stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    function done(settle: () => void): void {
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
      process.stderr.write('\n')
      settle()
    }
    function onData(text: string) {
      for (const char of text) {
        if (char === '\r' || char === '\n') return done(() => resolve(typed))
        if (char === '\u0003' || char === '\u0004') return done(() => reject(usageError('no password was typed')))
        if (char === '\u007f' || char === '\b') typed = [...typed].slice(0, -1).join('')
        else if (char >= ' ') typed += char
      }
    }
    stdin.on('data', onData)
  })
}
