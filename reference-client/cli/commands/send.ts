/** send: a text or a file; done when the other side has it */
import { basename } from 'node:path'
import { type Contact, type FileTransfer, fileSource, type Me, type Message, Solo2Error } from '@solo2/sdk/node'
import { type Command, type Context, contactOf, until } from '../context.js'
import { fileProgress, sayFile, sayMessage } from '../describe.js'
import { usageError } from '../usage.js'

/** Text from stdin. Bytes: more than the longest text (spec/14), so that the SDK's refusal is the one that is seen. */
const LONGEST_INPUT = 262_144

export const send: Command = async (context) => {
  const { options, unlock, operand } = context
  const who = operand(0, 'the contact')
  const { text, file } = options
  if ((text === undefined) === (file === undefined)) throw usageError('give either --text or --file')
  ensureOneStdin(options)
  const me = await unlock()
  try {
    const contact = contactOf(me, who)
    if (file !== undefined) await sendFile(context, me, contact, file)
    else await sendText(context, me, contact, await textOf(text ?? ''))
  } finally {
    await me.lock()
  }
}

const WAITS: Readonly<Record<NonNullable<Contact['waitsFor']>, string>> = {
  blocked: 'the contact is blocked',
  session: 'the session is over: log in again',
  server: 'the server does not answer',
  account: 'the server does not serve this account now',
  path: 'looking for a path',
  asked: 'waiting for the answer to the request',
  contact: 'waiting for the contact',
}

async function sendText({ output, signal }: Context, me: Me, contact: Contact, text: string): Promise<void> {
  let delivered: Message | undefined
  const early = new Map<string, Message>()
  const stop = me.on('receipt', (message) => early.set(message.id, message))
  try {
    // In the queue first: if the contact stays away, it goes out whenever both are there.
    const message = await contact.send(text)
    const { waitsFor } = contact
    if (waitsFor !== undefined) output.progress({ event: 'queued', waitsFor }, `queued; ${WAITS[waitsFor]}`)
    delivered = await until(
      (look) => me.on('receipt', look),
      () => {
        const known = early.get(message.id)
        return known?.state === 'delivered' ? known : undefined
      },
      signal,
    )
  } finally {
    stop()
  }
  sayMessage(output, delivered, contact)
}

async function sendFile({ output, signal }: Context, me: Me, contact: Contact, path: string): Promise<void> {
  const source = await fileSource(path)
  const show = fileProgress(output, basename(path))
  const transfer = await contact.offerFile(source, {
    signal,
    onProgress: ({ stage, bytes, size }) => show(stage, bytes, size),
  })
  let over: FileTransfer
  try {
    over = await until(
      (look) =>
        me.on('file', (changed) => {
          if (changed.id === transfer.id && changed.stage === 'accepted') show('moving', changed.bytes, changed.size)
          look()
        }),
      () => {
        const now = contact.transfers.find(({ id }) => id === transfer.id)
        return now && now.stage !== 'offered' && now.stage !== 'accepted' ? now : undefined
      },
      signal,
    )
  } catch (error) {
    // Without this program there is nothing to read the file from.
    await contact.cancelFile(transfer.id).catch(() => {})
    throw error
  }
  if (over.stage === 'complete') return sayFile(output, over, contact)
  if (over.stage === 'refused') throw new Solo2Error('refused_file', 'the other side refused the file')
  if (over.stage === 'failed') throw new Solo2Error('storage_failed', 'the file could not be read or written')
  throw new Solo2Error('refused_file', 'the other side cancelled the file')
}

/** Throws {@link usageError} if the text and the password would both come from stdin. */
export function ensureOneStdin({ text, 'password-file': passwordFile }: Context['options']): void {
  if (text === '-' && passwordFile === undefined && !process.stdin.isTTY) {
    throw usageError('stdin cannot hold both the text and the password: use --password-file')
  }
}

/** What `--text` means: itself, or stdin for `-`. */
export async function textOf(option: string): Promise<string> {
  if (option !== '-') return option
  const parts: Buffer[] = []
  let length = 0
  for await (const part of process.stdin) {
    parts.push(part as Buffer)
    length += (part as Buffer).length
    if (length > LONGEST_INPUT) throw usageError('the text is too long')
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
