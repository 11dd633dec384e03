/** Carries out what the owner does with the account: one task at a time, which can be cancelled while it waits. */
import type { Action } from '../action.js'
import type { Task } from '../owner.js'
import type { Me } from '../sdk.js'
import { problemOf } from './problem.js'

export interface OwnerTasks {
  run(me: Me, task: Task): Promise<void>
  cancel(): void
}

export function createOwnerTasks(dispatch: (action: Action) => void): OwnerTasks {
  let working: AbortController | undefined
  return {
    async run(me, task) {
      working = new AbortController()
      const { signal } = working
      try {
        const words = await perform(me, task, signal, dispatch)
        dispatch({ type: 'task_ended', ...(words !== undefined && { words }) })
      } catch (error) {
        dispatch({ type: 'task_ended', problem: problemOf(error) })
      }
    },
    cancel: () => working?.abort(),
  }
}

/** Tells the state how the account stands; what fails is told by the banners of server and session. */
export async function lookAtAccount(me: Me, dispatch: (action: Action) => void): Promise<void> {
  try {
    dispatch({ type: 'standing', standing: await me.account() })
    dispatch({ type: 'sessions', sessions: await me.sessions() })
  } catch {
    // Away or over: what was known stays on the screen.
  }
}

async function perform(
  me: Me,
  task: Task,
  signal: AbortSignal,
  dispatch: (action: Action) => void,
): Promise<readonly string[] | undefined> {
  const call = { signal, onProgress: (stage: 'keys' | 'server' | 'vault') => dispatch({ type: 'task_stage', stage }) }
  switch (task.kind) {
    case 'rename':
      await me.rename(task.displayName)
      return
    case 'new_code':
      await me.newPairingCode()
      return
    case 'password':
      await me.changePassword({ password: task.password, newPassword: task.newPassword, ...call })
      return
    case 'words':
      return me.words({ password: task.password, ...call })
    case 'new_words':
      return me.newWords({ password: task.password, ...call })
    case 'sign_in':
      await me.signIn({ password: task.password, ...call })
      return
    case 'delete_account':
      await me.deleteAccount({ password: task.password, ...call })
      return
    case 'end_sessions':
      await me.endSessions()
      return
    case 'pause':
      dispatch({ type: 'standing', standing: await me.pause() })
      return
    case 'resume':
      dispatch({ type: 'standing', standing: await me.resume() })
      return
    case 'balance_seen':
      dispatch({ type: 'standing', standing: await me.seeBalance() })
      return
    case 'maximum_security':
      dispatch({ type: 'standing', standing: await me.setMaximumSecurity(task.on) })
      return
    case 'feedback':
      await me.sendFeedback(task.text)
      return
    case 'top_up':
      // Leaves the app: a payment is a page of its own, never a request of ours [C1].
      location.assign((await me.startCheckout(task.cents)).url)
      return
    default:
      task satisfies never
  }
}
