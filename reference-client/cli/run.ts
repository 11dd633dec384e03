/** `solo2`: the reference client on a command line. Every command is a few calls of the SDK's facade. */
import { Solo2Error } from '@solo2/sdk/node'
import { login, register, whoami } from './commands/account.js'
import { chat } from './commands/chat.js'
import { completion, help } from './commands/completion.js'
import { devices, join } from './commands/devices.js'
import { doctor } from './commands/doctor.js'
import { network } from './commands/network.js'
import { note, notes } from './commands/notes.js'
import { accept, contacts, pair, requests } from './commands/people.js'
import { messages, receive } from './commands/receive.js'
import { backup, exportCopy, restore } from './commands/safekeeping.js'
import { deleteAccount, newCode, newWords, password, recover, rename, sessions, words } from './commands/secrets.js'
import { send } from './commands/send.js'
import { type Command, createContext, giveUpSignal } from './context.js'
import { sentence } from './errors.js'
import { EXIT, exitCodeOf } from './exit-codes.js'
import { createOutput, type Output } from './output.js'
import { terminalText } from './terminal-text.js'
import { type CommandLine, parseCommandLine, UsageError, usageError } from './usage.js'

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['register', register],
  ['login', login],
  ['whoami', whoami],
  ['pair', pair],
  ['requests', requests],
  ['accept', accept],
  ['contacts', contacts],
  ['chat', chat],
  ['send', send],
  ['receive', receive],
  ['messages', messages],
  ['note', note],
  ['notes', notes],
  ['password', password],
  ['words', words],
  ['new-words', newWords],
  ['recover', recover],
  ['rename', rename],
  ['new-code', newCode],
  ['sessions', sessions],
  ['backup', backup],
  ['restore', restore],
  ['export', exportCopy],
  ['delete-account', deleteAccount],
  ['devices', devices],
  ['join', join],
  ['network', network],
  ['doctor', doctor],
  ['completion', completion],
  ['help', help],
])

/** Resolves with the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const output = createOutput(args.includes('--json'))
  const stop = new AbortController()
  // The second one ends the program where it stands, as a person who presses twice expects.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  let line: CommandLine | undefined
  let limit: AbortSignal = stop.signal
  try {
    line = parseCommandLine(args)
    const command = COMMANDS.get(line.command)
    if (command === undefined) throw usageError('no such command')
    limit = giveUpSignal(line.options, stop.signal)
    return (await command(createContext(line, output, limit))) ?? EXIT.ok
  } catch (error) {
    if (stop.signal.aborted) return line?.command === 'receive' ? EXIT.ok : EXIT.interrupted
    const reason = limit.aborted ? new Solo2Error('timeout', 'the time of --timeout is over') : error
    return complain(output, reason)
  } finally {
    output.settle()
  }
}

function complain(output: Output, error: unknown): number {
  if (error instanceof UsageError) {
    say(output, 'usage', error.message)
    if (!output.json) process.stderr.write('`solo2 help` tells how it is used.\n')
    return EXIT.usage
  }
  if (error instanceof Solo2Error) {
    say(output, error.code, sentence(error), error)
    return exitCodeOf(error.culprit)
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    say(output, 'storage_failed', `a file cannot be read: ${code}`)
    return EXIT.world
  }
  say(output, 'internal', 'a fault of this program')
  // The kind only: a text of another library may hold anything.
  if (error instanceof Error) process.stderr.write(`${error.name}\n`)
  return EXIT.unexpected
}

function say(output: Output, code: string, message: string, { field, retryAfterMs }: Partial<Solo2Error> = {}): void {
  output.settle()
  if (output.json) output.fact({ event: 'error', code, message, field, retryAfterMs }, '')
  else process.stderr.write(`solo2: ${terminalText(message)} (${code})\n`)
}
