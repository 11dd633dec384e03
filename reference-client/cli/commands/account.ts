/** register, login, whoami */
import { Solo2 } from '@solo2/sdk/node'
import type { Command } from '../context.js'
import { sayAccount, showStage, wordsText } from '../describe.js'

export const register: Command = async ({ options, output, signal, folders, credentials }) => {
  const given = await credentials(true)
  const { me, words } = await Solo2.register({
    ...given,
    displayName: options.name ?? given.username,
    ...folders,
    signal,
    onProgress: showStage(output),
  })
  try {
    const text = `\n\n${wordsText(words, 'These 24 words open your account if the password is lost. They are shown only now:')}`
    sayAccount(output, me, 'registered', { words }, text)
  } finally {
    await me.lock()
  }
}

export const login: Command = async ({ output, signal, folders, credentials }) => {
  const me = await Solo2.login({
    ...(await credentials(false)),
    ...folders,
    signal,
    onProgress: showStage(output),
  })
  try {
    // This client has no command to join another device by, so its person starts anew.
    if (me.undecided) await me.devices.decline()
    sayAccount(output, me, 'account')
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
