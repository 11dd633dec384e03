/** Backups, copies and storage: one job at a time. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { Safekeeping } from '../safekeeping.js'
import type { State } from '../state.js'

const kept = (state: State, change: Partial<Safekeeping>): State => ({
  ...state,
  safekeeping: { ...state.safekeeping, ...change },
})

export function updateSafekeeping(state: State, action: Action): Step<State> | undefined {
  const { running } = state.safekeeping
  switch (action.type) {
    case 'storage':
      return [state.account === undefined ? state : kept(state, { storage: action.storage }), []]
    case 'persist_wanted':
      return [kept(state, { isRefused: false }), [{ type: 'persist' }]]
    case 'persist_refused':
      return [kept(state, { isRefused: true }), []]
    case 'keeping_form':
      if (running !== undefined) return [state, []]
      return [kept(state, { form: action.kind, outcome: undefined }), []]
    case 'keeping': {
      if (running !== undefined) return [state, []]
      const { keeping } = action
      const progress = { stage: 'keys', bytes: 0 } as const
      const next = { form: keeping.kind, outcome: undefined, running: { kind: keeping.kind, progress } }
      return [kept(state, next), [{ type: 'keeping', keeping }]]
    }
    case 'keeping_progress':
      return [running === undefined ? state : kept(state, { running: { ...running, progress: action.progress } }), []]
    case 'keeping_cancel':
      return [state, [{ type: 'keeping_cancel' }]]
    case 'keeping_ended': {
      if (running === undefined) return [state, []]
      const { outcome } = action
      const isFailed = 'problem' in outcome
      const isCancelled = isFailed && outcome.problem.code === 'cancelled'
      // A form stays for another try; where nothing was wrong it has done its work.
      const form = isFailed ? running.kind : undefined
      return [
        kept(state, { form, running: undefined, outcome: isCancelled ? undefined : outcome }),
        [{ type: 'look_at_storage' }],
      ]
    }
    case 'imported': {
      // Lines may stand elsewhere now: what was read of conversations is read anew.
      const { contacts, transfers, now } = action.snapshot
      const known = Object.fromEntries(contacts.map((contact) => [contact.id, contact]))
      const files = transfers.map((one) => [
        one.id,
        { ...one, kept: false, rate: 0, sampledAt: now, sampledBytes: one.bytes },
      ])
      const next = { ...state, contacts: known, transfers: Object.fromEntries(files), conversations: {} }
      return [next, contacts.map(({ id }) => ({ type: 'history', contact: id }))]
    }
    case 'diagnosis_wanted':
      return [state, [{ type: 'diagnosis', problems: state.safekeeping.problems }]]
    default:
      return undefined
  }
}

/** Counts what went wrong: by its code, and nothing else of it. */
export function countProblem(state: State, action: Action): State {
  const problem =
    action.type === 'keeping_ended' && 'problem' in action.outcome
      ? action.outcome.problem
      : 'problem' in action
        ? action.problem
        : undefined
  if (problem === undefined || problem.code === 'cancelled') return state
  const { problems } = state.safekeeping
  return kept(state, { problems: { ...problems, [problem.code]: (problems[problem.code] ?? 0) + 1 } })
}
