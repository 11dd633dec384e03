/** note, notes: what the person writes to nobody else */
import type { Command } from '../context.js'
import { sayNote } from '../describe.js'
import { usageError, wholeNumber } from '../usage.js'
import { ensureOneStdin, textOf } from './send.js'

const NOTES_SHOWN = 50

export const note: Command = async ({ options, output, unlock }) => {
  const { text } = options
  if (text === undefined) throw usageError('give --text')
  ensureOneStdin(options)
  const me = await unlock()
  try {
    sayNote(output, await me.notes.send(await textOf(text)))
  } finally {
    await me.lock()
  }
}

export const notes: Command = async ({ options, output, unlock }) => {
  const limit = options.limit === undefined ? NOTES_SHOWN : wholeNumber('limit', options.limit)
  const me = await unlock()
  try {
    for (const message of await me.notes.messages({ limit })) sayNote(output, message)
  } finally {
    await me.lock()
  }
}
