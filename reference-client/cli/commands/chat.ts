/** chat: one conversation, both ways, until the person leaves */
import { Solo2Error } from '@solo2/sdk/node'
import { type LineEditor, openLineEditor } from '../chat/line-editor.js'
import { startTalk, type Talk } from '../chat/talk.js'
import { paintFor } from '../colour.js'
import { type Command, contactOf } from '../context.js'
import { usageError, wholeNumber } from '../usage.js'

const MESSAGES_SHOWN = 10

export const chat: Command = async ({ options, output, signal, unlock, operand }) => {
  const who = operand(0, 'the contact')
  const limit = options.limit === undefined ? MESSAGES_SHOWN : wholeNumber('limit', options.limit)
  const isPiped = !process.stdin.isTTY
  if (isPiped && [undefined, '-'].includes(options['password-file']) && options['words-file'] === undefined) {
    throw usageError('stdin cannot hold both the messages and the password: use --password-file')
  }
  const me = await unlock()
  let editor: LineEditor | undefined
  let talk: Talk | undefined
  try {
    const contact = contactOf(me, who)
    await new Promise<void>((resolve, reject) => {
      /** One after the other, in the order in which they were typed. */
      let work = Promise.resolve()
      let isEnding = false
      /** Only after all that was typed: a receipt may come while a message is still being written. */
      const settle = () => {
        const done = () => {
          if (isEnding && (talk === undefined || talk.waiting === 0)) resolve()
        }
        work.then(done, reject)
      }
      const input: string[] = []
      function take(text: string): void {
        if (talk === undefined) {
          input.push(text)
          return
        }
        const { take: act } = talk
        work = work.then(async () => {
          if (!(await act(text))) resolve()
        })
        work.catch(reject)
      }
      editor = openLineEditor(
        { input: process.stdin, output: process.stdout },
        {
          onText: take,
          // What came from a pipe is to arrive; a person who leaves knows what waits.
          onEnd() {
            if (!isPiped) return resolve()
            isEnding = true
            settle()
          },
        },
      )
      const screen = editor
      signal.addEventListener('abort', () => (isEnding ? reject(new Solo2Error('cancelled', 'stopped')) : resolve()))
      void contact.messages({ limit }).then((messages) => {
        talk = startTalk({ me, contact, output, screen, paint: paintFor(screen.isTerminal), onReceipt: settle })
        if (!isPiped) talk.show(messages)
        for (const text of input.splice(0)) take(text)
        settle()
      }, reject)
    })
  } finally {
    talk?.stop()
    editor?.close()
    await me.lock()
  }
}
