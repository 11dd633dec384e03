/**
 * A readable copy: everything of an open account that a person can read, as a ZIP archive that nothing protects (spec/11,
 * Readable copy). Loaded when somebody asks for one. One piece of a file, or one page of messages, in memory.
 */
import { utf8 } from '../../bytes/bytes.js'
import { utcText } from '../../bytes/utc.js'
import { cleanName } from '../../content/clean-name.js'
import { ensure, Solo2Error } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import type { BackupSink, ByteSource, FileSource } from '../../ports/files.js'
import { crc32, type ZipWriter, zipWriter } from '../../vault/zip.js'
import type { BackupCall, BackupFacts } from '../api/backup.js'
import type { ReadableCopy } from '../api/readable-copy.js'
import type { Contact, Me, Message, Notes, PasswordCall } from '../api.js'
import { type Copied, indexHtml, link, messageHtml, messageLine, PAGE_END, pageStart, type Told } from './pages.js'
import { lineName, plainJson } from './text.js'
import { ENGLISH } from './words.js'

/** Bytes of a name in the archive: with its folders it stays below what Windows takes. */
const NAME_BYTES = 60
const PAGE = 200
const PIECE = PROTOCOL.FILE_BLOCK_BYTES

export type CopyOf = Pick<Me, 'username' | 'displayName' | 'alias' | 'server' | 'contacts' | 'notes'>

export interface CopyRules {
  /** Unix milliseconds. */
  readonly madeAt: number
  /** Rejects with `wrong_password`. */
  check(call: PasswordCall): Promise<void>
}

/** Rejects with `wrong_password`, `storage_failed`, `storage_full`, `cancelled`, `closed`; the sink has nothing then. */
export async function writeCopy(
  me: CopyOf,
  { madeAt, check }: CopyRules,
  { password, ...call }: ReadableCopy,
): Promise<BackupFacts> {
  const { sink, words = ENGLISH } = call
  let bytes = 0
  let sum = 0
  const go = () => ensure(call.signal?.aborted !== true, 'cancelled', 'the copy was not finished')
  try {
    call.onProgress?.({ stage: 'keys', bytes: 0 })
    await check({ password, ...(call.signal && { signal: call.signal }) })
    const zip = zipWriter(
      async (data) => {
        go()
        await sink.write(data)
        sum = crc32(data, sum)
        bytes += data.length
        call.onProgress?.({ stage: 'writing', bytes })
      },
      { time: madeAt },
    )
    const copied: Copied[] = []
    const listed: object[] = []
    let left = 0
    await zip.add('README.txt', text([`${words.title}\n\n${words.warning}\n${words.utc}\n`]))
    for (const contact of me.contacts) {
      const done = await withContact(zip, me, contact, copied.length + 1, words)
      copied.push(done.copied)
      listed.push(done.facts)
      left += done.left
    }
    const ofNotes = await withOneself(zip, me, copied.length + 1, words)
    if (ofNotes !== undefined) copied.push(ofNotes.copied)
    const { username, displayName, alias, server } = me
    const account = { username, displayName, alias, server }
    const about = {
      format: 'solo2 readable copy',
      version: 1,
      madeAt: iso(madeAt),
      account,
      contacts: listed,
      ...ofNotes?.facts,
    }
    await zip.add('account.json', text([`${plainJson(about)}\n`]))
    await zip.add('index.html', text([indexHtml(words, account, madeAt, copied)]))
    await zip.end()
    const source = await sink.finish()
    try {
      ensure((await sumOf(source, call, go)) === sum, 'storage_failed', 'the copy reads back as something else')
    } finally {
      await source.close()
    }
    const count = (what: 'messages' | 'files') => copied.reduce((total, one) => total + one[what], 0)
    return { contacts: listed.length, messages: count('messages'), files: count('files'), bytes, madeAt, left }
  } catch (error) {
    await discard(sink)
    throw error
  }
}

/** What failed first is what counts. */
async function discard(sink: BackupSink): Promise<void> {
  await sink.discard().catch(() => undefined)
}

async function sumOf(source: ByteSource, { onProgress }: BackupCall, go: () => void): Promise<number> {
  let sum = 0
  for (let at = 0; at < source.size; at += PIECE) {
    go()
    sum = crc32(await source.read(at, Math.min(PIECE, source.size - at)), sum)
    onProgress?.({ stage: 'checking', bytes: at })
  }
  return sum
}

async function withContact(zip: ZipWriter, me: CopyOf, contact: Contact, number: number, words: Told['words']) {
  const { id, alias, displayName, verification, safetyNumber, settings } = contact
  const name = lineName(settings.nickname || displayName, alias)
  const folder = folderOf(number, name)
  const paths = await copyFiles(zip, folder, contact)
  const told: Told = { words, own: ownName(me), theirs: name, pathOf: (file) => paths.kept.get(file) }
  const said = await conversation(zip, folder, contact, told)
  const copied: Copied = {
    ...{ folder, name, ...said },
    code: alias,
    verified: verification !== 'none',
    files: paths.kept.size,
  }
  const { nickname } = settings
  const { messages } = said
  const facts = { folder, id, displayName, nickname, alias, verification, safetyNumber, messages, files: paths.facts }
  return { copied, facts, left: paths.left }
}

/** Notes to oneself, if there are any. */
async function withOneself(zip: ZipWriter, me: CopyOf, number: number, words: Told['words']) {
  if ((await me.notes.messages({ limit: 1 })).length === 0) return undefined
  const { notes: name } = words
  const folder = folderOf(number, name)
  const told: Told = { words, own: ownName(me), theirs: name, pathOf: () => undefined }
  const said = await conversation(zip, folder, me.notes, told)
  const copied: Copied = { folder, name, ...said, code: '', verified: undefined, files: 0 }
  return { copied, facts: { notes: { folder, messages: said.messages } } }
}

const ownName = ({ displayName, username }: CopyOf) => lineName(displayName, username)

function folderOf(number: number, name: string): string {
  return `conversations/${String(number).padStart(3, '0')} ${cleanName(name, NAME_BYTES)}`
}

async function conversation(zip: ZipWriter, folder: string, contact: Said, told: Told) {
  const [last] = await contact.messages({ limit: 1 })
  const parts: string[] = []
  let messages = 0
  for (let from = 1; from <= (last?.position ?? 0); from += PROTOCOL.COPY_PART_MESSAGES) {
    const part = `messages-${parts.length + 1}`
    const range = { from, to: Math.min(last?.position ?? 0, from + PROTOCOL.COPY_PART_MESSAGES - 1) }
    await zip.add(
      `${folder}/${part}.json`,
      text(
        jsonOf(contact, range, told, () => {
          messages++
        }),
      ),
    )
    await zip.add(`${folder}/${part}.txt`, text(linesOf(contact, range, told)))
    await zip.add(`${folder}/${part}.html`, text(htmlOf(contact, range, told)))
    parts.push(part)
  }
  return { parts, messages }
}

async function copyFiles(zip: ZipWriter, folder: string, contact: Contact) {
  const kept = new Map<string, string>()
  const facts: object[] = []
  let left = 0
  for (const { id, name, size, outgoing, stored } of contact.transfers) {
    const source = stored ? await contact.openFile(id).catch(unlessLost) : undefined
    if (stored && source === undefined) left++
    const path = `files/${String(kept.size + 1).padStart(4, '0')} ${cleanName(name, NAME_BYTES)}`
    if (source !== undefined) {
      try {
        await zip.add(`${folder}/${path}`, piecesOf(source), source.size)
      } finally {
        await source.close()
      }
      kept.set(id, path)
    }
    facts.push({ id, name, size, outgoing, ...(source !== undefined && { path }) })
  }
  return { kept, facts, left }
}

/** A file that is damaged as a whole: the rest of the copy is none the worse. */
function unlessLost(error: unknown): undefined {
  const isLost = error instanceof Solo2Error && (error.code === 'not_found' || error.code === 'storage_damaged')
  if (!isLost) throw error
}

async function* piecesOf(source: FileSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield await source.read(at, Math.min(PIECE, source.size - at))
}

type Said = Pick<Contact | Notes, 'messages'>

interface Range {
  readonly from: number
  readonly to: number
}

async function* messagesOf(contact: Said, { from, to }: Range): AsyncGenerator<Message> {
  for (let first = from; first <= to; first += PAGE) {
    const next = Math.min(first + PAGE, to + 1)
    for (const message of await contact.messages({ before: next, limit: next - first })) {
      if (message.position >= first) yield message
    }
  }
}

async function* jsonOf(contact: Said, range: Range, told: Told, count: () => void): AsyncGenerator<string> {
  let before = '[\n'
  for await (const message of messagesOf(contact, range)) {
    yield before + plainJson(jsonMessage(message, told))
    before = ',\n'
    count()
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}

function jsonMessage({ contact: _, position: __, ...message }: Message, told: Told): object {
  const { body, writtenAt, expiresAt } = message
  const path = body.kind === 'file' ? told.pathOf(body.file) : undefined
  const { media, ...bare } = body.kind === 'file' ? body : { ...body, media: undefined }
  const kind = media === undefined ? {} : { media: media.kind === 'voice' ? media : { kind: media.kind } }
  return {
    ...message,
    writtenAt: iso(writtenAt),
    ...(expiresAt !== undefined && { expiresAt: iso(expiresAt) }),
    body: { ...bare, ...kind, ...(path !== undefined && { path }) },
  }
}

async function* linesOf(contact: Said, range: Range, told: Told): AsyncGenerator<string> {
  yield `${told.words.warning}\n${told.words.utc}\n\n`
  for await (const message of messagesOf(contact, range)) yield messageLine(message, told)
}

async function* htmlOf(contact: Said, range: Range, told: Told): AsyncGenerator<string> {
  yield `${pageStart(told.words, told.theirs)}<p>${link('../../index.html', told.words.contents)}</p>\n`
  const anchors = new Set<string>()
  for await (const message of messagesOf(contact, range)) {
    yield messageHtml(message, told, anchors)
    anchors.add(message.id)
  }
  yield PAGE_END
}

async function* text(parts: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield utf8(part)
}

function iso(ms: number): string {
  return `${utcText(ms).replace(' ', 'T')}Z`
}
