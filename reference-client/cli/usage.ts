/** The command line's words: options, their help, and what is wrong with them. */
import { parseArgs } from 'node:util'
import { EXIT_CODES_TEXT } from './exit-codes.js'

export const USAGE = `solo2 COMMAND [OPTIONS]

  register            make an account: --server, --user, optionally --name
  login               open the account on this device: --server, --user
  whoami              my name and codes; asks nobody
  pair CODE           ask somebody by a code and wait until they accept
  requests            who asks for me
  accept [WHO]        accept a request (ID, code or name; may be left out if there is one), then meet
  contacts            whom I know
  send WHO            --text TEXT (or - for stdin) or --file PATH; waits until it has arrived
  receive             print what arrives, until stopped; --accept-files saves files
  messages WHO        what was said, oldest first
  note                --text TEXT (or - for stdin): kept on this account's devices, sent to nobody
  notes               what was noted, oldest first
  password            another password, from --new-password-file or typed; ends all other sessions
  words               the 24 words again
  new-words           other 24 words, for words that leaked; the former open nothing any more
  recover             the password is lost: sets another by the words: --server, --user, --words-file
  rename NAME         another display name
  new-code            another pairing code; the former finds nobody any more
  sessions            where this account is logged in; --end ends all but this
  backup FILE         everything of this account as one encrypted file, under a password of its own
  restore FILE        a backup into this device's vault, or into a new one: --server, --user; doubles nothing
  export FILE         a readable copy as a ZIP that is not encrypted: --yes USERNAME
  delete-account      all that the server has of it, for good: --yes USERNAME; the vault stays
  devices             the devices of this account; devices add, devices rename DEVICE NAME, devices remove DEVICE
  join WORD ...       take the account over from a device that shows six words: --server, --user, optionally --name
  network             how this device uses the network; --paths and --pace change it
  help                this

WHO is a contact's alias, display name, or the first digits of its ID.

Options:
  --vault FOLDER        where the vaults are (default ~/.solo2)
  --downloads FOLDER    where received files go (default: the current folder)
  --server URL          the server; needed once, or if there are several accounts in the folder
  --user NAME           the user name; likewise
  --name NAME           register: the display name (default: the user name); join: the device's (default: the host's)
  --password-file FILE  one line end at its end is not part of the password; - is stdin
  --new-password-file FILE  likewise, for the password that is chosen
  --backup-password-file FILE  likewise, for the backup's own
  --words-file FILE     the 24 words, however spaced; any command but login opens the vault with them, asking nobody
  --timeout SECONDS     give up after so long
  --accept-files        receive: accept every file that is offered
  --from WHO            receive: from this contact only
  --once, --count N     receive: stop after one, after N messages or files
  --limit N             messages, notes: the last N (default 50)
  --end                 sessions: end all others
  --yes USERNAME        delete-account, export: yes, this one; devices add: let in what calls itself so, without asking
  --anew                login, recover: where the account has an identity on another device, make a new one
  --paths PATHS         network: any (contacts learn this device's address), mirror-until-verified, or mirror (only)
  --pace PACE           network: normal, metered (half the data of silence), or constant (2 packets a second, files 8 KB/s)
  --json                JSON lines on stdout

The password comes from --password-file, from stdin if that is no terminal, or is typed. It is never an argument, nor are the words.

${EXIT_CODES_TEXT}
`

export class UsageError extends Error {}

export function usageError(message: string): UsageError {
  return new UsageError(message)
}

const OPTIONS = {
  vault: { type: 'string' },
  downloads: { type: 'string' },
  server: { type: 'string' },
  user: { type: 'string' },
  name: { type: 'string' },
  'password-file': { type: 'string' },
  'new-password-file': { type: 'string' },
  'backup-password-file': { type: 'string' },
  'words-file': { type: 'string' },
  yes: { type: 'string' },
  end: { type: 'boolean' },
  anew: { type: 'boolean' },
  timeout: { type: 'string' },
  text: { type: 'string' },
  file: { type: 'string' },
  from: { type: 'string' },
  count: { type: 'string' },
  limit: { type: 'string' },
  once: { type: 'boolean' },
  paths: { type: 'string' },
  pace: { type: 'string' },
  'accept-files': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export type Options = ReturnType<typeof parse>['values']

export interface CommandLine {
  readonly command: string
  /** What follows the command. */
  readonly operands: readonly string[]
  readonly options: Options
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
}

/** Throws {@link UsageError}. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : 'not understood')
  }
  const [command = 'help', ...operands] = parsed.positionals
  return { command: parsed.values.help ? 'help' : command, operands, options: parsed.values }
}

/** A whole number of at least 1. Throws {@link UsageError}. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < 1) throw usageError(`--${option} is a whole number from 1`)
  return value
}
