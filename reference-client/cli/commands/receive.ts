/** receive, messages */
import type { Contact, FileTransfer, Me, Message } from '@solo2/sdk/node'
import { type Command, contactOf, until } from '../context.js'
import { fileProgress, sayFile, sayMessage } from '../describe.js'
import { wholeNumber } from '../usage.js'

const MESSAGES_SHOWN = 50

export const receive: Command = async ({ options, output, signal, unlock }) => {
  const wanted = options.count === undefined ? undefined : wholeNumber('count', options.count)
  const goal = options.once ? 1 : wanted
  const acceptFiles = options['accept-files'] === true
  const me = await unlock()
  try {
    const from = options.from === undefined ? undefined : contactOf(me, options.from)
    const fits = (contact: string) => from === undefined || from.id === contact
    let count = 0
    await until(
      (look) => {
        const stops = [
          me.on('message', (message) => {
            const contact = me.contact(message.contact)
            if (contact === undefined || message.outgoing || !fits(message.contact)) return
            sayMessage(output, message, contact)
            // An offered file counts when it is there, if files are taken.
            if (message.body.kind !== 'file' || !acceptFiles) count++
            look()
          }),
          ...(acceptFiles ? [takeFiles(me, fits, output, () => count++, look)] : []),
        ]
        output.progress({ event: 'listening' }, 'listening; stop with Ctrl-C')
        return () => {
          for (const stop of stops) stop()
        }
      },
      () => (goal !== undefined && count >= goal ? true : undefined),
      signal,
    )
  } finally {
    await me.lock()
  }
}

/** Accepts what is offered, now and later, and tells of each file's end. */
function takeFiles(
  me: Me,
  fits: (contact: string) => boolean,
  output: Parameters<typeof sayFile>[0],
  counted: () => void,
  look: () => void,
): () => void {
  const asked = new Set<string>()
  const shows = new Map<string, ReturnType<typeof fileProgress>>()

  function onFile(transfer: FileTransfer) {
    const contact = me.contact(transfer.contact)
    if (contact === undefined || transfer.outgoing || !fits(transfer.contact)) return
    if (transfer.stage === 'offered') return take(contact, transfer)
    if (transfer.stage === 'accepted') {
      const show = shows.get(transfer.id) ?? fileProgress(output, transfer.name)
      shows.set(transfer.id, show)
      return show('moving', transfer.bytes, transfer.size)
    }
    sayFile(output, transfer, contact)
    if (transfer.stage === 'complete') counted()
    look()
  }

  function take(contact: Contact, transfer: FileTransfer): void {
    if (asked.has(transfer.id)) return
    asked.add(transfer.id)
    // A failure ends the transfer, and that comes as its own event.
    contact.acceptFile(transfer.id).catch(() => {})
  }

  for (const contact of me.contacts) {
    for (const transfer of contact.transfers) if (transfer.stage === 'offered') onFile(transfer)
  }
  return me.on('file', onFile)
}

export const messages: Command = async ({ options, output, unlock, operand }) => {
  const who = operand(0, 'the contact')
  const limit = options.limit === undefined ? MESSAGES_SHOWN : wholeNumber('limit', options.limit)
  const me = await unlock()
  try {
    const contact = contactOf(me, who)
    const said: Message[] = await contact.messages({ limit })
    for (const message of said) sayMessage(output, message, contact)
  } finally {
    await me.lock()
  }
}
