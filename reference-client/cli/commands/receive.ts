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
    let failure: unknown
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
          ...(acceptFiles ? [takeFiles({ me, fits, output, saved, failed })] : []),
        ]
        function saved() {
          count++
          look()
        }
        function failed(error: unknown) {
          failure ??= error
          look()
        }
        output.progress({ event: 'listening' }, 'listening; stop with Ctrl-C')
        return () => {
          for (const stop of stops) stop()
        }
      },
      () => {
        if (failure !== undefined) throw failure
        return goal !== undefined && count >= goal ? true : undefined
      },
      signal,
    )
  } finally {
    await me.lock()
  }
}

interface Taking {
  readonly me: Me
  fits(contact: string): boolean
  readonly output: Parameters<typeof sayFile>[0]
  saved(): void
  failed(error: unknown): void
}

/**
 * Accepts what is offered, now and later, and tells of each file's end. What is complete goes from the vault into the
 * folder: also what an earlier run was ended before.
 */
function takeFiles({ me, fits, output, saved, failed }: Taking): () => void {
  const asked = new Set<string>()
  const shows = new Map<string, ReturnType<typeof fileProgress>>()

  function onFile(transfer: FileTransfer) {
    const contact = me.contact(transfer.contact)
    if (contact === undefined || transfer.outgoing || !fits(transfer.contact)) return
    switch (transfer.stage) {
      case 'offered':
        return once(transfer, 'accept', () => {
          // A failure ends the transfer, and that comes as its own event.
          contact.acceptFile(transfer.id).catch(() => {})
        })
      case 'accepted': {
        const show = shows.get(transfer.id) ?? fileProgress(output, transfer.name)
        shows.set(transfer.id, show)
        return show('moving', transfer.bytes, transfer.size)
      }
      case 'complete':
        if (transfer.stored) once(transfer, 'save', () => void save(contact, transfer).catch(failed))
        return
      default:
        sayFile(output, transfer, contact)
    }
  }

  /** The folder has it from then on: the vault lets go of it. */
  async function save(contact: Contact, transfer: FileTransfer): Promise<void> {
    const { path } = await contact.saveFile(transfer.id)
    await contact.deleteFile(transfer.id)
    sayFile(output, transfer, contact, path)
    saved()
  }

  function once({ id }: FileTransfer, what: string, act: () => void): void {
    if (asked.has(`${what} ${id}`)) return
    asked.add(`${what} ${id}`)
    act()
  }

  for (const contact of me.contacts) for (const transfer of contact.transfers) onKept(transfer)
  return me.on('file', onFile)

  /** Of what is there already, only what is still to be done. */
  function onKept(transfer: FileTransfer): void {
    if (transfer.stage === 'offered' || transfer.stage === 'complete') onFile(transfer)
  }
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
