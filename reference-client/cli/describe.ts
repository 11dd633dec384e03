/** Accounts, people, messages and files as facts: an event for programs, a line for people. */
import type { Contact, FileTransfer, Me, Message, PairingRequest } from '@solo2/sdk/node'
import type { Fact, Output } from './output.js'
import { bar, sizeText, speedTeller } from './progress-bar.js'
import { terminalLine, terminalText } from './terminal-text.js'

/** `7K3M-9QXA-4T`, as codes are shown. */
export function grouped(code: string): string {
  return code.replace(/.{4}(?=.)/g, '$&-')
}

export function sayAccount(output: Output, me: Me, event: string, more: object = {}, moreText = ''): void {
  const { username, displayName, pairingCode, alias, server } = me
  const text = [
    `${terminalLine(displayName)} (${username} at ${server})`,
    `pairing code  ${grouped(pairingCode)}`,
    `alias         ${grouped(alias)}`,
  ]
  output.fact({ event, username, displayName, pairingCode, alias, server, ...more }, text.join('\n') + moreText)
}

/** Only who asks for it gets a new identity: all contacts are warned of it (07-29). */
export async function decide(me: Me, { anew }: { readonly anew?: boolean | undefined }): Promise<void> {
  if (me.undecided && anew === true) await me.devices.decline()
}

/** What to do with an account that has an identity on another device: more of a fact, and of its text. */
export function undecided(me: Me): [more: object, text: string] {
  if (!me.undecided) return [{}, '']
  const text =
    'This account has an identity on another device. Take it over: `solo2 devices add` there, `solo2 join` here. Or make a new one: `solo2 login --anew`.'
  return [{ undecided: true }, `\n\n${text}`]
}

export function sayContact(output: Output, contact: Contact): void {
  const { id, displayName, alias, state, path, safetyNumber, verified } = contact
  output.fact(
    { event: 'contact', id, displayName, alias, state, path, safetyNumber, verified },
    `${grouped(alias)}  ${terminalLine(displayName)}  ${verified ? 'verified' : 'unverified'}  ${state}`,
  )
}

export function sayRequest(output: Output, request: PairingRequest): void {
  const { id, displayName, alias, createdAt } = request
  output.fact(
    { event: 'request', id, displayName, alias, createdAt },
    `${id}  ${grouped(alias)}  ${terminalLine(displayName)}  unverified  ${new Date(createdAt).toISOString()}`,
  )
}

const TOLD = {
  place: '[a place]',
  timer: '[messages are kept for another time from here on]',
  deleted: '[deleted]',
  unknown: '[a newer kind of message: update to read it]',
} as const

const FILES = { plain: 'file', voice: 'voice note', picture: 'picture' } as const

/** Without a picture's pixels: 16 KiB that no terminal shows. */
function plainBody(body: Message['body']): object {
  if (body.kind !== 'file' || body.media === undefined) return body
  const { media } = body
  return { ...body, media: media.kind === 'picture' ? { kind: media.kind } : media }
}

function contentOf({ body }: Message): string {
  if (body.kind === 'text') return terminalText(body.text)
  if (body.kind !== 'file') return TOLD[body.kind]
  return `[${FILES[body.media?.kind ?? 'plain']} ${terminalLine(body.name)}, ${body.size} bytes]`
}

export function sayNote(output: Output, message: Message): void {
  const { id, writtenAt, body } = message
  output.fact(
    { event: 'note', id, writtenAt, ...plainBody(body) },
    `${new Date(writtenAt).toISOString()}  ${contentOf(message)}`,
  )
}

/** For a conversation: no line of a text can look like another's beginning. `who` is safe for a terminal already. */
export function messageText(message: Message, who: string): string {
  const time = new Date(message.writtenAt).toTimeString().slice(0, 5)
  return `${time} ${who}: ${contentOf(message).replaceAll('\n', '\n      ')}${message.edited ? ' (edited)' : ''}`
}

export function sayMessage(output: Output, message: Message, contact: Contact): void {
  const { id, outgoing, state, writtenAt, body } = message
  const who = outgoing ? 'me' : terminalLine(contact.displayName)
  output.fact(
    {
      event: 'message',
      id,
      contact: contact.id,
      displayName: contact.displayName,
      outgoing,
      state,
      writtenAt,
      ...plainBody(body),
    },
    `${who}: ${contentOf(message)}`,
  )
}

const FILE_STAGES: Readonly<Record<FileTransfer['stage'], string>> = {
  offered: 'is offered',
  accepted: 'is on its way',
  complete: 'is whole',
  refused: 'was refused',
  cancelled: 'was cancelled',
  failed: 'could not be read or written',
}

/** `path`: where it was saved. */
export function fileText({ outgoing, name, size, stage }: FileTransfer, path?: string): string {
  const what = `${outgoing ? 'own file' : 'file'} ${terminalLine(name)}, ${sizeText(size)}, ${FILE_STAGES[stage]}`
  if (path !== undefined) return `${what} -> ${terminalLine(path)}`
  return stage === 'offered' && !outgoing ? `${what}: /accept or /refuse` : what
}

/** `path`: where a received file was saved. */
export function sayFile(output: Output, transfer: FileTransfer, contact: Contact, path?: string): void {
  const { id, outgoing, name, size, stage, bytes } = transfer
  const place = path === undefined ? '' : ` -> ${terminalLine(path)}`
  output.fact(
    {
      event: 'file',
      id,
      contact: contact.id,
      displayName: contact.displayName,
      outgoing,
      name,
      size,
      stage,
      bytes,
      ...(path !== undefined && { path }),
    },
    `${terminalLine(contact.displayName)}: file ${terminalLine(name)} (${size} bytes) ${stage}${place}`,
  )
}

/** Says each thing once, however often it is told. */
export function showProgress(output: Output): (now: string, event: Fact, text: string) => void {
  let told = ''
  return (now, event, text) => {
    if (now === told) return
    told = now
    output.progress(event, text)
  }
}

/** Progress of a file, at each whole percent: a bar where it can be rewritten. */
export function fileProgress(output: Output, name: string): (stage: string, bytes: number, size: number) => void {
  const show = showProgress(output)
  const speed = speedTeller(Date.now)
  return (stage, bytes, size) => {
    const percent = size === 0 ? 100 : Math.floor((100 * bytes) / size)
    const rate = stage === 'moving' ? speed(bytes, size) : ''
    const text = output.isRewriting
      ? `${stage} ${bar(name, bytes, size)}${rate}`
      : `${terminalLine(name)}: ${stage} ${percent} %`
    show(`${stage} ${percent}`, { event: 'progress', stage, bytes, size, name }, text)
  }
}

const STAGES = { keys: 'stretching the password', server: 'asking the server', vault: 'opening the vault' } as const

export function showStage(output: Output) {
  return (stage: keyof typeof STAGES) => output.progress({ event: 'stage', stage }, STAGES[stage])
}

/** 24 words in six rows, each with its number. */
export function wordsText(words: readonly string[], lead: string): string {
  const numbered = words.map((word, n) => `${String(n + 1).padStart(2)} ${word.padEnd(9)}`)
  const rows = Array.from({ length: 6 }, (_, row) =>
    numbered
      .slice(4 * row, 4 * row + 4)
      .join(' ')
      .trimEnd(),
  )
  return `${lead}\n\n${rows.join('\n')}`
}

export function sayWords(output: Output, event: string, words: readonly string[], lead: string): void {
  output.fact({ event, words }, wordsText(words, lead))
}
