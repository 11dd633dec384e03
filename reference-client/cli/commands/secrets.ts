/** password, words, new-words, recover, rename, new-code, sessions, delete-account: what the owner of an account does with it. */
import { type Me, type SlowCall, Solo2 } from '@solo2/sdk/node'
import type { Command, Context } from '../context.js'
import { decide, sayAccount, sayWords, showStage, undecided } from '../describe.js'
import { usageError } from '../usage.js'

/** Opens the account, runs, locks. */
async function withMe(context: Context, job: (me: Me, call: SlowCall & { password: string }) => Promise<void>) {
  const password = await context.password(false)
  const me = await context.unlock(password)
  try {
    await job(me, { password, signal: context.signal, onProgress: showStage(context.output) })
  } finally {
    await me.lock()
  }
}

export const password: Command = (context) =>
  withMe(context, async (me, call) => {
    await me.changePassword({ ...call, newPassword: await context.newPassword() })
    context.output.fact({ event: 'password_changed' }, 'The password is changed. All other sessions are over.')
  })

export const words: Command = (context) =>
  withMe(context, async (me, call) => {
    sayWords(context.output, 'words', await me.words(call), 'These 24 words open the account if the password is lost:')
  })

export const newWords: Command = (context) =>
  withMe(context, async (me, call) => {
    const made = await me.newWords(call)
    sayWords(context.output, 'new_words', made, 'The former words open nothing any more. The new ones, shown only now:')
  })

export const recover: Command = async (context) => {
  const { folders, signal, onClock, output } = context
  const account = context.account()
  const typed = await context.words()
  const me = await Solo2.recover({
    ...account,
    words: typed,
    newPassword: await context.newPassword(),
    ...folders,
    signal,
    onClock,
    onProgress: showStage(output),
  })
  try {
    await decide(me, context.options)
    sayAccount(output, me, 'recovered', ...undecided(me))
  } finally {
    await me.lock()
  }
}

export const rename: Command = (context) =>
  withMe(context, async (me) => {
    await me.rename(context.operand(0, 'the new display name'))
    sayAccount(context.output, me, 'account')
  })

export const newCode: Command = (context) =>
  withMe(context, async (me) => {
    await me.newPairingCode()
    sayAccount(context.output, me, 'account')
  })

export const sessions: Command = (context) =>
  withMe(context, async (me) => {
    const { output, options } = context
    if (options.end === true) {
      const ended = await me.endSessions()
      output.fact({ event: 'sessions_ended', ended }, `${ended} ended`)
    }
    for (const { id, createdAt, expiresAt, current } of await me.sessions()) {
      const [from, to] = [createdAt, expiresAt].map((at) => new Date(at).toISOString().slice(0, 16).replace('T', ' '))
      const text = `${from} to ${to} UTC${current ? ', this one' : ''}`
      output.fact({ event: 'session', id, createdAt, expiresAt, current }, text)
    }
  })

export const deleteAccount: Command = (context) =>
  withMe(context, async (me, call) => {
    if (context.options.yes !== me.username) {
      throw usageError(`deletes all that the server has of ${me.username}, for good: say --yes ${me.username}`)
    }
    await me.deleteAccount(call)
    const text = 'The server has nothing of this account any more. The vault on this device stays.'
    context.output.fact({ event: 'account_deleted' }, text)
  })
