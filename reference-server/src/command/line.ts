/** What the command line of `solo2-server` says, read and checked. */
import { parseArgs } from 'node:util'
import { Solo2Error } from '@solo2/sdk/shared'
import type { RestoreOptions } from './backup.js'

export const USAGE = `solo2-server: the server of Solo2

  solo2-server                    start; SIGTERM or Ctrl-C ends it, SIGHUP takes a changed certificate
      --lan                       on the address of the local network, with a certificate of its own
  solo2-server check              what is wrong with this deployment: each finding, why it matters, what to do
      --json                      as one line of JSON
  solo2-server backup FILE        a copy of the accounts, while the server runs or not
  solo2-server restore FILE       what a backup holds, without the accounts that were deleted since; with no server running
      --replace                   in the place of the database that is there
      --without-erasures          although it is not known who was deleted since
  solo2-server configuration      every setting, as a page of Markdown
  solo2-server --help             this text

Settings come from the environment (SOLO2_PORT, SOLO2_DATA and so on).
Exit codes: 0 done, 1 failed, 2 not understood
`

export type Command =
  | { readonly kind: 'start'; readonly lan: boolean }
  | { readonly kind: 'configuration' | 'help' }
  | { readonly kind: 'check'; readonly json: boolean }
  | { readonly kind: 'backup'; readonly file: string }
  | ({ readonly kind: 'restore' } & RestoreOptions)

function refused(message: string): Solo2Error {
  return new Solo2Error('invalid_argument', message)
}

function read(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      lan: { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
      'without-erasures': { type: 'boolean', default: false },
    },
  })
}

/** Throws `invalid_argument` with a sentence for whoever typed it. */
export function parseCommandLine(args: readonly string[]): Command {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read(args)
  } catch (error) {
    throw refused(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not understood')
  }
  const { values, positionals } = parsed
  if (values.help) return { kind: 'help' }
  const [word, file, ...more] = positionals
  const takesFile = word === 'backup' || word === 'restore'
  if (more.length > 0 || (file !== undefined && !takesFile)) throw refused('there are too many words')
  if (word !== undefined && values.lan) throw refused('--lan is for a start')
  if (word !== 'check' && values.json) throw refused('--json is for check')
  if (word !== 'restore' && (values.replace || values['without-erasures'])) {
    throw refused('--replace and --without-erasures are for restore')
  }
  switch (word) {
    case undefined:
      return { kind: 'start', lan: values.lan }
    case 'configuration':
      return { kind: word }
    case 'check':
      return { kind: word, json: values.json }
    case 'backup':
      if (file === undefined) throw refused('backup wants a FILE')
      return { kind: word, file }
    case 'restore':
      return { kind: word, file, replace: values.replace, withoutErasures: values['without-erasures'] }
    default:
      throw refused('there is no such command')
  }
}
