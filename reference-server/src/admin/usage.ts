/** What the command line of `solo2-admin` says, read and checked (spec/05 section 17). */
import { parseArgs } from 'node:util'
import { AccountType } from '@solo2/proto/account'
import { Solo2Error } from '@solo2/sdk/shared'

export const USAGE = `solo2-admin: what whoever runs a server may do, on its data folder, while it runs or not

  solo2-admin show NAME                     how an account stands
  solo2-admin suspend NAME --reason TEXT    take service away
  solo2-admin lift NAME --reason TEXT       give service back
  solo2-admin plan NAME PLAN --reason TEXT  standard, founder, platinum or admin
  solo2-admin bonus NAME CENTS --reason TEXT
  solo2-admin feedback                      what people wrote
  solo2-admin feedback done ID --reason TEXT
  solo2-admin stats                         counts that name nobody

NAME is a user name or a reference code (r_...). Each change is shown first and asked for, or goes ahead with --yes.
  --yes    ask nothing           --json   one line of JSON           --help   this text
Configuration is the server's: SOLO2_DATA, SOLO2_LOG, SOLO2_PRICE_STANDARD and so on.
Exit codes: 0 done, 1 failed, 2 not understood, 3 not confirmed, 4 nobody or nothing of that name, 5 nothing to change
`

export type Action =
  | { readonly kind: 'help' }
  | { readonly kind: 'show'; readonly name: string }
  | { readonly kind: 'suspend' | 'lift'; readonly name: string; readonly reason: string }
  | { readonly kind: 'plan'; readonly name: string; readonly type: number; readonly reason: string }
  | { readonly kind: 'bonus'; readonly name: string; readonly cents: number; readonly reason: string }
  | { readonly kind: 'feedback' }
  | { readonly kind: 'done'; readonly id: string; readonly reason: string }
  | { readonly kind: 'stats' }

export interface CommandLine {
  readonly action: Action
  readonly yes: boolean
  readonly json: boolean
}

/** Characters of a reason: it becomes part of one log line. */
const REASON_MAX = 200
const CENTS_MAX = 1_000_000

const PLANS: ReadonlyMap<string, number> = new Map([
  ['standard', AccountType.STANDARD],
  ['founder', AccountType.FOUNDER],
  ['platinum', AccountType.PLATINUM],
  ['admin', AccountType.ADMIN],
])

function refused(message: string): Solo2Error {
  return new Solo2Error('invalid_argument', message)
}

function checkReason(reason: string | undefined): string {
  const text = reason?.trim() ?? ''
  if (text === '') throw refused('--reason TEXT says why; it is needed')
  if (text.length > REASON_MAX || /\p{C}/u.test(text)) {
    throw refused(`--reason has at most ${REASON_MAX} characters, none of them invisible`)
  }
  return text
}

/** Throws `invalid_argument` with a sentence for whoever typed it. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read(args)
  } catch (error) {
    throw refused(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not understood')
  }
  const { values, positionals } = parsed
  const rest = { yes: values.yes, json: values.json }
  if (values.help) return { action: { kind: 'help' }, ...rest }
  return { action: actionOf(positionals, values.reason), ...rest }
}

function read(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
}

function actionOf([word = '', first, second, ...more]: readonly string[], reason: string | undefined): Action {
  if (more.length > 0) throw refused('there are too many words')
  const name = () => {
    if (first === undefined) throw refused(`${word} wants a NAME`)
    return first
  }
  const single = <T extends Action>(action: T): T => {
    if (second !== undefined) throw refused('there are too many words')
    return action
  }
  switch (word) {
    case 'show':
      return single({ kind: 'show', name: name() })
    case 'suspend':
    case 'lift':
      return single({ kind: word, name: name(), reason: checkReason(reason) })
    case 'plan': {
      const type = PLANS.get(second ?? '')
      if (type === undefined) throw refused('a plan is standard, founder, platinum or admin')
      return { kind: 'plan', name: name(), type, reason: checkReason(reason) }
    }
    case 'bonus': {
      const cents = /^[1-9][0-9]{0,6}$/.test(second ?? '') ? Number(second) : Number.NaN
      if (!(cents <= CENTS_MAX)) throw refused(`CENTS is a whole number from 1 to ${CENTS_MAX}`)
      return { kind: 'bonus', name: name(), cents, reason: checkReason(reason) }
    }
    case 'feedback':
      if (first === undefined) return { kind: 'feedback' }
      if (first !== 'done' || second === undefined) throw refused('feedback stands alone, or with: done ID')
      return { kind: 'done', id: second, reason: checkReason(reason) }
    case 'stats':
      if (first !== undefined) throw refused('there are too many words')
      return { kind: 'stats' }
    default:
      throw refused(word === '' ? 'say what to do' : 'there is no such action')
  }
}
