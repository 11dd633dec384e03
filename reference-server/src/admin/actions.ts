/** The actions: what each finds, what it would change, and the change, which holds only if nothing else changed it first. */
import { createHmac } from 'node:crypto'
import { foldUsername, Solo2Error } from '@solo2/sdk/shared'
import type { Log } from '../log/log.js'
import type { Plans } from '../rules/plans.js'
import { addBonus, changePlan, lift, suspend } from '../rules/standing.js'
import type { AccountRow, FeedbackRow, Standing, Store } from '../store/port.js'
import type { Action } from './usage.js'
import { difference, printable, standingOf, tell, tellStatistics } from './words.js'

export interface Desk {
  readonly store: Store
  readonly plans: Plans
  /** The server's secret, 32 bytes: names accounts in the log and feedback in its list. */
  readonly secret: Uint8Array
  readonly log: Log
  /** Unix seconds. */
  now(): number
  /** True if whoever sits there agrees. */
  confirm(what: string): Promise<boolean>
}

/** What was done, for people and as data. */
export interface Outcome {
  readonly text: string
  readonly data: object
}

/** Feedback shown at once. */
const SHOWN_MAX = 1_000

const keyed = (desk: Desk, purpose: 'admin' | 'feedback', text: string) =>
  createHmac('sha256', desk.secret)
    .update(`Solo2 v1 server ${purpose}\0${text}`)
    .digest()
    .subarray(0, 12)
    .toString('base64url')

const feedbackId = (desk: Desk, { account, message }: FeedbackRow) => keyed(desk, 'feedback', `${account} ${message}`)

async function find(store: Store, name: string): Promise<AccountRow> {
  const found =
    name.startsWith('r_') && name.length === 24
      ? await store.accountByReference(name)
      : await store.accountByUsername(foldUsername(name))
  if (found === undefined) throw new Solo2Error('not_found', 'There is no account of that name.')
  return found
}

type Change = Extract<Action, { readonly reason: string; readonly name: string }>

/** `undefined`: it would change nothing. */
function changed(standing: Standing, action: Change, { plans, now }: Desk): Standing | undefined {
  switch (action.kind) {
    case 'suspend':
      return suspend(standing, now())
    case 'lift':
      return lift(standing, plans, now())
    case 'plan':
      return changePlan(standing, action.type, plans)
    case 'bonus':
      return addBonus(standing, action.cents)
  }
}

const same = (a: Standing, b: Standing) =>
  JSON.stringify(standingOf(a as AccountRow)) === JSON.stringify(standingOf(b as AccountRow))

function declined(): Solo2Error {
  return new Solo2Error('cancelled', 'Nothing was changed.')
}

async function change(desk: Desk, action: Change): Promise<Outcome> {
  const account = await find(desk.store, action.name)
  const before = standingOf(account)
  const after = changed(before, action, desk)
  if (after === undefined) throw new Solo2Error('failed_precondition', 'It is so already; there is nothing to change.')
  const told = (standing: Standing) => tell(standing, desk.plans, desk.now())
  const shown = `${action.kind} ${account.username}\n${difference(told(before), told(after))}  reason: ${action.reason}\n`
  if (!(await desk.confirm(shown))) throw declined()
  let done = false
  await desk.store.changeStanding(account.id, (row) => {
    done = same(row, before)
    return done ? after : undefined
  })
  if (!done) throw new Solo2Error('failed_precondition', 'The account changed meanwhile; look again.')
  desk.log('administered', { method: action.kind, reason: action.reason, account: keyed(desk, 'admin', account.id) })
  return { text: shown, data: { action: action.kind, before: told(before), after: told(after) } }
}

async function show(desk: Desk, name: string): Promise<Outcome> {
  const account = await find(desk.store, name)
  const told = tell(standingOf(account), desk.plans, desk.now())
  return { text: `${account.username}\n${difference(told, told)}`, data: told }
}

async function listFeedback(desk: Desk): Promise<Outcome> {
  const rows = await desk.store.feedback(SHOWN_MAX)
  const list = await Promise.all(
    rows.map(async (row) => {
      const account = await desk.store.accountById(row.account)
      return { id: feedbackId(desk, row), username: account?.username ?? '', message: row.message }
    }),
  )
  const lines = list.map(
    ({ id, username, message }) => `${id}  ${username}\n  ${message.split('\n').map(printable).join('\n  ')}\n`,
  )
  return { text: lines.length === 0 ? 'No feedback waits.\n' : lines.join(''), data: list }
}

async function finish(desk: Desk, id: string, reason: string): Promise<Outcome> {
  const row = (await desk.store.feedback(SHOWN_MAX)).find((each) => feedbackId(desk, each) === id)
  if (row === undefined) throw new Solo2Error('not_found', 'There is no feedback of that ID.')
  const shown = `delete feedback ${id}\n  ${row.message.split('\n').map(printable).join('\n  ')}\n  reason: ${reason}\n`
  if (!(await desk.confirm(shown))) throw declined()
  await desk.store.deleteFeedback(row)
  desk.log('administered', { method: 'feedback', reason })
  return { text: shown, data: { action: 'done', id } }
}

/** Throws `not_found`, `cancelled` (not confirmed) or `failed_precondition` (nothing to change). */
export async function perform(desk: Desk, action: Exclude<Action, { readonly kind: 'help' }>): Promise<Outcome> {
  switch (action.kind) {
    case 'show':
      return show(desk, action.name)
    case 'feedback':
      return listFeedback(desk)
    case 'done':
      return finish(desk, action.id, action.reason)
    case 'stats': {
      const data = tellStatistics(await desk.store.statistics(desk.now()))
      return { text: `${JSON.stringify(data, null, 2)}\n`, data }
    }
    default:
      return change(desk, action)
  }
}
