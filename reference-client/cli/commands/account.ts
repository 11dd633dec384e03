/** register, login, whoami */
import { Solo2 } from '@solo2/sdk/node'
import type { Command } from '../context.js'
import { sayAccount } from '../describe.js'
import type { Output } from '../output.js'

const STAGES = { keys: 'stretching the password', server: 'asking the server', vault: 'opening the vault' } as const

function showStage(output: Output) {
  return (stage: keyof typeof STAGES) => output.progress({ event: 'stage', stage }, STAGES[stage])
}

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
    const numbered = words.map((word, n) => `${String(n + 1).padStart(2)} ${word.padEnd(9)}`)
    const rows = Array.from({ length: 6 }, (_, row) =>
      numbered
        .slice(4 * row, 4 * row + 4)
        .join(' ')
        .trimEnd(),
    )
    const text = `\n\nThese 24 words open your account if the password is lost. They are shown only now:\n\n${rows.join('\n')}`
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
