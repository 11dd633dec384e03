#!/usr/bin/env node
/** `solo2`: the reference client on a command line. Every command is a few calls of the SDK's facade. */
import { Solo2Error } from '@solo2/sdk/node'
import { login, register, whoami } from './commands/account.js'
import { devices, join } from './commands/devices.js'
import { network } from './commands/network.js'
import { note, notes } from './commands/notes.js'
import { accept, contacts, pair, requests } from './commands/people.js'
import { messages, receive } from './commands/receive.js'
import { backup, exportCopy, restore } from './commands/safekeeping.js'
import { deleteAccount, newCode, newWords, password, recover, rename, sessions, words } from './commands/secrets.js'
import { send } from './commands/send.js'
import { type Command, createContext, giveUpSignal } from './context.js'
import { EXIT, exitCodeOf } from './exit-codes.js'
import { createOutput, type Output } from './output.js'
import { terminalText } from './terminal-text.js'
import { type CommandLine, parseCommandLine, USAGE, UsageError, usageError } from './usage.js'

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['register', register],
  ['login', login],
  ['whoami', whoami],
  ['pair', pair],
  ['requests', requests],
  ['accept', accept],
  ['contacts', contacts],
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
])

async function main(args: readonly string[]): Promise<number> {
  const output = createOutput(args.includes('--json'))
  const stop = new AbortController()
  // The second one ends the program where it stands, as a person who presses twice expects.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  let line: CommandLine | undefined
  let limit: AbortSignal = stop.signal
  try {
    line = parseCommandLine(args)
    if (line.command === 'help') {
      process.stdout.write(USAGE)
      return EXIT.ok
    }
    const command = COMMANDS.get(line.command)
    if (command === undefined) throw usageError('no such command')
    limit = giveUpSignal(line.options, stop.signal)
    await command(createContext(line, output, limit))
    return EXIT.ok
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

/** What happened, what it means, what to do: for the codes that a person at a terminal meets. */
const SENTENCES: Readonly<Partial<Record<Solo2Error['code'], string>>> = {
  wrong_password: 'user name and password do not match; nothing was changed',
  wrong_words: 'user name and words do not match; nothing was changed',
  former_password: 'password and words were changed elsewhere: open this vault once with the former password',
  weak_password: 'a password has 8 to 1,024 bytes',
  wrong_file: 'this is another file than the one that was offered',
  wrong_code: 'nobody has this code; compare it with the other side',
  own_code: 'this is your own code; give it to the other side, or ask for theirs',
  username_taken: 'this user name is taken; choose another, or log in',
  unauthenticated: 'the session is over; log in again',
  rate_limited: 'too many tries; wait before the next one',
  server_away: 'the server does not answer; open tunnels go on, new ones need it',
  contact_away: 'the contact is away; both must be online',
  no_path: 'no way between the two networks was found',
  no_mirror: 'this server has no mirror; nothing was changed',
  storage_locked: 'another program has this vault open; end it first',
  storage_damaged: 'the vault is damaged; nothing was changed',
  storage_newer: 'a newer version wrote this vault; update first',
  not_backup: 'this file is no backup; nothing was changed',
  foreign_backup: 'this backup is of another identity; nothing was changed',
  backup_cut: 'the backup ends too early, it was copied in part; nothing was changed',
  backup_damaged: 'a part of the backup does not open; nothing was changed',
  storage_full: 'the disk is full; nothing was half-written',
  storage_lost: 'the device key of this vault is gone: it opens nowhere any more; restore a backup',
  storage_failed: 'the disk could not be read or written',
  refused_file: 'the other side did not take the file',
}

function sentence(error: Solo2Error): string {
  if (error.field === 'backup_password') return 'the password does not open the backup; nothing was changed'
  return SENTENCES[error.code] ?? error.message
}

// `solo2 receive | head -1` closes our stdout: then there is nobody left to tell.
process.stdout.on('error', () => process.exit(EXIT.ok))

const code = await main(process.argv.slice(2))
// WebRTC's threads would keep the process; stdout is flushed first.
process.stdout.write('', () => process.exit(code))
