/** What the command line tells of itself: the whole of it, one command, and the same words for completion. */
import { EXIT_CODES_TEXT } from './exit-codes.js'
import type { OPTIONS } from './usage.js'

type Option = keyof typeof OPTIONS

export interface CommandHelp {
  readonly name: string
  /** As it is typed after the name. */
  readonly operands?: string
  readonly text: string
  /** Besides those that any command has. */
  readonly options?: readonly Option[]
}

const ONE_ACCOUNT = ['vault', 'server', 'user'] as const
const PASSWORD = ['password-file', 'words-file'] as const
/** Every command has these. */
const COMMON = ['timeout', 'json', 'help'] as const
const OPENS = [...ONE_ACCOUNT, ...PASSWORD] as const
const DOOR = [...ONE_ACCOUNT, 'password-file'] as const

export const COMMAND_HELP: readonly CommandHelp[] = [
  {
    name: 'register',
    text: 'make an account: --server, --user, optionally --name',
    options: [...DOOR, 'name'],
  },
  { name: 'login', text: 'open the account on this device: --server, --user', options: [...DOOR, 'anew'] },
  { name: 'whoami', text: 'my name and codes; asks nobody', options: OPENS },
  { name: 'pair', operands: 'CODE', text: 'ask somebody by a code and wait until they accept', options: OPENS },
  { name: 'requests', text: 'who asks for me', options: OPENS },
  {
    name: 'accept',
    operands: '[WHO]',
    text: 'accept a request (ID, code or name; may be left out if there is one), then meet',
    options: OPENS,
  },
  { name: 'contacts', text: 'whom I know', options: OPENS },
  {
    name: 'chat',
    operands: 'WHO',
    text: 'talk, until /quit or Ctrl-C; /help tells what else; each line of stdin is a message',
    options: [...OPENS, 'downloads', 'limit'],
  },
  {
    name: 'send',
    operands: 'WHO',
    text: '--text TEXT (or - for stdin) or --file PATH; waits until it has arrived',
    options: [...OPENS, 'text', 'file'],
  },
  {
    name: 'receive',
    text: 'print what arrives, until stopped; --accept-files saves files',
    options: [...OPENS, 'downloads', 'accept-files', 'from', 'once', 'count'],
  },
  { name: 'messages', operands: 'WHO', text: 'what was said, oldest first', options: [...OPENS, 'limit'] },
  {
    name: 'note',
    text: "--text TEXT (or - for stdin): kept on this account's devices, sent to nobody",
    options: [...OPENS, 'text'],
  },
  { name: 'notes', text: 'what was noted, oldest first', options: [...OPENS, 'limit'] },
  {
    name: 'password',
    text: 'another password, from --new-password-file or typed; ends all other sessions',
    options: [...OPENS, 'new-password-file'],
  },
  { name: 'words', text: 'the 24 words again', options: OPENS },
  {
    name: 'new-words',
    text: 'other 24 words, for words that leaked; the former open nothing any more',
    options: OPENS,
  },
  {
    name: 'recover',
    text: 'the password is lost: sets another by the words: --server, --user, --words-file',
    options: [...ONE_ACCOUNT, 'words-file', 'new-password-file', 'anew'],
  },
  { name: 'rename', operands: 'NAME', text: 'another display name', options: OPENS },
  { name: 'new-code', text: 'another pairing code; the former finds nobody any more', options: OPENS },
  {
    name: 'sessions',
    text: 'where this account is logged in; --end ends all but this',
    options: [...OPENS, 'end'],
  },
  {
    name: 'backup',
    operands: 'FILE',
    text: 'everything of this account as one encrypted file, under a password of its own',
    options: [...OPENS, 'backup-password-file'],
  },
  {
    name: 'restore',
    operands: 'FILE',
    text: "a backup into this device's vault, or into a new one: --server, --user; doubles nothing",
    options: [...DOOR, 'backup-password-file'],
  },
  {
    name: 'export',
    operands: 'FILE',
    text: 'a readable copy as a ZIP that is not encrypted: --yes USERNAME',
    options: [...OPENS, 'yes'],
  },
  {
    name: 'delete-account',
    text: 'all that the server has of it, for good: --yes USERNAME; the vault stays',
    options: [...OPENS, 'yes'],
  },
  {
    name: 'devices',
    operands: '[WHAT]',
    text: 'the devices of this account; devices add, devices rename DEVICE NAME, devices remove DEVICE',
    options: [...OPENS, 'yes'],
  },
  {
    name: 'join',
    operands: 'WORD ...',
    text: 'take the account over from a device that shows six words: --server, --user, optionally --name',
    options: [...DOOR, 'name'],
  },
  {
    name: 'network',
    text: 'how this device uses the network; --paths and --pace change it',
    options: [...OPENS, 'paths', 'pace'],
  },
  {
    name: 'doctor',
    text: 'why tunnels do not open: what works from here to the server and its mirror, what does not, what to try',
    options: OPENS,
  },
  {
    name: 'completion',
    operands: 'SHELL',
    text: 'a script that completes commands and options: bash, zsh or fish',
  },
  { name: 'help', operands: '[COMMAND]', text: 'this, or what one command takes' },
]

/** Each with what it takes, as it is typed. */
export const OPTION_HELP: Readonly<Record<Option, { readonly value?: string; readonly text: string }>> = {
  vault: { value: 'FOLDER', text: 'where the vaults are (default ~/.solo2)' },
  downloads: { value: 'FOLDER', text: 'where received files go (default: the current folder)' },
  server: { value: 'URL', text: 'the server; needed once, or if there are several accounts in the folder' },
  user: { value: 'NAME', text: 'the user name; likewise' },
  name: {
    value: 'NAME',
    text: "register: the display name (default: the user name); join: the device's (default: the host's)",
  },
  'password-file': { value: 'FILE', text: 'one line end at its end is not part of the password; - is stdin' },
  'new-password-file': { value: 'FILE', text: 'likewise, for the password that is chosen' },
  'backup-password-file': { value: 'FILE', text: "likewise, for the backup's own" },
  'words-file': {
    value: 'FILE',
    text: 'the 24 words, however spaced; any command but login opens the vault with them, asking nobody',
  },
  timeout: { value: 'SECONDS', text: 'give up after so long' },
  text: { value: 'TEXT', text: 'send, note: the text, or - for stdin' },
  file: { value: 'PATH', text: 'send: the file' },
  'accept-files': { text: 'receive: accept every file that is offered' },
  from: { value: 'WHO', text: 'receive: from this contact only' },
  once: { text: 'receive: stop after one message or file' },
  count: { value: 'N', text: 'receive: stop after N messages or files' },
  limit: { value: 'N', text: 'messages, notes, chat: the last N (default 50; chat: 10)' },
  end: { text: 'sessions: end all others' },
  yes: {
    value: 'NAME',
    text: 'delete-account, export: yes, this user name; devices add: let in what calls itself so, without asking',
  },
  anew: { text: 'login, recover: where the account has an identity on another device, make a new one' },
  paths: {
    value: 'PATHS',
    text: "network: any (contacts learn this device's address), mirror-until-verified, or mirror (only)",
  },
  pace: {
    value: 'PACE',
    text: 'network: normal, metered (half the data of silence), or constant (2 packets a second, files 8 KB/s)',
  },
  json: { text: 'JSON lines on stdout' },
  help: { text: 'what the command takes' },
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n')
}

const typed = ({ name, operands }: CommandHelp): string => (operands === undefined ? name : `${name} ${operands}`)

function optionRow(option: Option): [string, string] {
  const { value, text } = OPTION_HELP[option]
  return [value === undefined ? `--${option}` : `--${option} ${value}`, text]
}

export function usageText(): string {
  return `solo2 COMMAND [OPTIONS]

${columns(COMMAND_HELP.map((command) => [typed(command), command.text]))}

WHO is a contact's alias, display name, or the first digits of its ID.

Options:
${columns((Object.keys(OPTION_HELP) as Option[]).map(optionRow))}

The password comes from --password-file, from stdin if that is no terminal, or is typed. It is never an argument, nor are the words.
Colours are for terminals only, and NO_COLOR turns them off.

${EXIT_CODES_TEXT}
`
}

/** Options of a command, those that any has at the end. */
export function optionsOf({ options = [] }: CommandHelp): Option[] {
  return [...new Set<Option>([...options, ...COMMON])]
}

export function commandText(command: CommandHelp): string {
  return `solo2 ${typed(command)} [OPTIONS]\n  ${command.text}\n\n${columns(optionsOf(command).map(optionRow))}\n`
}
