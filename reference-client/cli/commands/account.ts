/** register, login, whoami */
import { Solo2 } from '@solo2/sdk/node'
import type { Command } from '../context.js'
import { decide, sayAccount, showStage, undecided, wordsText } from '../describe.js'

export const register: Command = async ({ options, output, signal, onClock, folders, credentials }) => {
  const given = await credentials(true)
  const { me, words } = await Solo2.register({
    ...given,
    displayName: options.name ?? given.username,
    ...folders,
    signal,
    onClock,
    onProgress: showStage(output),
  })
  try {
    const text = `\n\n${wordsText(words, 'These 24 words open your account if the password is lost. They are shown only now:')}`
    sayAccount(output, me, 'registered', { words }, text)
  } finally {
    await me.lock()
  }
}

export const login: Command = async ({ options, output, signal, onClock, folders, credentials }) => {
  const me = await Solo2.login({
    ...(await credentials(false)),
    ...folders,
    signal,
    onClock,
    onProgress: showStage(output),
  })
  try {
    await decide(me, options)
    sayAccount(output, me, 'account', ...undecided(me))
  } finally {
    await me.lock()
  }
}

export const whoami: Command = async ({ output, unlock }) => {
  const me = await unlock()
  try {
    sayAccount(output, me, 'account')
  } finally {
    await me.lock()
  }
}
