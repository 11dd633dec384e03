/** The pages of a readable copy: HTML that runs nothing, loads nothing, and shows what people wrote as text. */
import { utcText } from '../../bytes/utc.js'
import type { CopyWords } from '../api/readable-copy.js'
import type { Message } from '../api.js'
import { address, escaped, lineName, plainText } from './text.js'

export interface Copied {
  /** From the archive's root. */
  readonly folder: string
  readonly name: string
  readonly code: string
  /** Undefined of notes to oneself. */
  readonly verified: boolean | undefined
  /** Without their endings. */
  readonly parts: readonly string[]
  readonly messages: number
  readonly files: number
}

export interface Told {
  readonly words: CopyWords
  /** Of the account and of the contact, in one line each. */
  readonly own: string
  readonly theirs: string
  /** Where a file is, from the conversation's folder; undefined if its bytes were not to be had. */
  pathOf(file: string): string | undefined
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}' +
  'h1{font-size:1.6rem}table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4rem .6rem;border-block-end:1px solid #ddd}' +
  '.m{border-block-end:1px solid #eee;padding:.5rem 0;unicode-bidi:isolate}.m p{margin:.2rem 0;white-space:pre-wrap;overflow-wrap:anywhere}' +
  '.w{color:#555;font-size:.85rem}.warning{background:#fff3cd;padding:.6rem}'

/** What a browser shows without running anything of it; every other file is named and not linked. */
const SHOWN = /\.(?:jpe?g|png|gif|webp|avif|bmp|mp3|m4a|aac|ogg|oga|opus|flac|wav|mp4|m4v|webm|mov|txt)$/i

export function pageStart({ language, direction, title, warning }: CopyWords, heading: string): string {
  return (
    `<!doctype html>\n<html lang="${escaped(language)}" dir="${direction}">\n<head>\n<meta charset="utf-8">\n` +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n` +
    '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n' +
    `<title>${escaped(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n` +
    `<h1><bdi>${escaped(heading)}</bdi></h1>\n<p class="warning">${escaped(warning)}</p>\n`
  )
}

export const PAGE_END = '</body>\n</html>\n'

export function link(path: string, text: string): string {
  return `<a href="${escaped(address(path))}"><bdi>${escaped(text)}</bdi></a>`
}

/** `anchors`: IDs of the messages that stand above on the same page. */
export function messageHtml(message: Message, told: Told, anchors: ReadonlySet<string>): string {
  const { words } = told
  const { id, replyTo } = message
  const answer =
    replyTo === undefined
      ? []
      : anchors.has(replyTo)
        ? [`<a href="#m${replyTo}">${escaped(words.answer)}</a>`]
        : [escaped(words.answer)]
  const marks = [...answer, ...(message.edited ? [escaped(words.edited)] : [])]
  const reactions = Object.entries(message.reactions).map(
    ([whose, emoji]) => `<bdi>${escaped(emoji)}</bdi> <bdi>${escaped(whose === 'own' ? told.own : told.theirs)}</bdi>`,
  )
  const head = [`<bdi><b>${escaped(authorOf(message, told))}</b></bdi>`, utcText(message.writtenAt), ...marks]
  return (
    `<div class="m" id="m${id}"><div class="w">${head.join(' · ')}</div><p dir="auto">${bodyHtml(message, told)}</p>` +
    `${reactions.length > 0 ? `<div class="w">${reactions.join(' · ')}</div>` : ''}</div>\n`
  )
}

function bodyHtml({ body }: Message, told: Told): string {
  if (body.kind === 'text') return escaped(body.text)
  if (body.kind !== 'file') return escaped(sayBody(body, told.words))
  const { words } = told
  const path = told.pathOf(body.file)
  const name = lineName(body.name, words.file)
  const shown = path !== undefined && SHOWN.test(path) ? link(path, name) : `<bdi>${escaped(name)}</bdi>`
  const where = path === undefined ? words.notKept : path
  return `${escaped(words.file)}: ${shown} (${body.size} ${escaped(words.bytes)}) <bdi>${escaped(where)}</bdi>`
}

/** One message of the text file. */
export function messageLine(message: Message, told: Told): string {
  const { body, reactions } = message
  const { words } = told
  const said =
    body.kind === 'text' ? plainText(body.text) : body.kind === 'file' ? fileLine(body, told) : sayBody(body, words)
  const marks = [
    ...(message.replyTo === undefined ? [] : [words.answer]),
    ...(message.edited ? [words.edited] : []),
    ...Object.values(reactions).map(plainText),
  ]
  const tail = marks.length === 0 ? '' : `  (${marks.join(', ')})`
  return `${utcText(message.writtenAt)}  ${authorOf(message, told)}: ${said}${tail}\n`
}

function fileLine({ file, name, size }: Extract<Message['body'], { kind: 'file' }>, { words, pathOf }: Told): string {
  return `[${words.file}: ${lineName(name, words.file)}, ${size} ${words.bytes}, ${pathOf(file) ?? words.notKept}]`
}

function sayBody(body: Exclude<Message['body'], { kind: 'text' | 'file' }>, words: CopyWords): string {
  switch (body.kind) {
    case 'place':
      return `[${words.place}: ${body.latitude}, ${body.longitude}]`
    case 'timer':
      return `[${body.seconds === 0 ? words.timerOff : `${words.timer} ${body.seconds}`}]`
    case 'deleted':
      return `[${words.deleted}]`
    case 'unknown':
      return `[${words.unknown}]`
    default:
      return body satisfies never
  }
}

function authorOf({ outgoing }: Message, { own, theirs }: Told): string {
  return outgoing ? own : theirs
}

export interface CopyOwner {
  readonly displayName: string
  readonly username: string
  readonly alias: string
  readonly server: string
}

export function indexHtml(words: CopyWords, owner: CopyOwner, madeAt: number, contacts: readonly Copied[]): string {
  const facts = [
    [words.madeAt, `${utcText(madeAt)} UTC`],
    [words.username, owner.username],
    [words.code, owner.alias],
    [words.server, owner.server],
  ]
    .map(
      ([name, value]) => `<tr><th>${escaped(name as string)}</th><td><bdi>${escaped(value as string)}</bdi></td></tr>`,
    )
    .join('\n')
  const rows = contacts.map(({ folder, name, code, verified, parts, messages, files }) => {
    const pages = parts.map((part, n) => link(`${folder}/${part}.html`, n === 0 ? name : String(n + 1))).join(' ')
    const who = parts.length === 0 ? `<bdi>${escaped(name)}</bdi>` : pages
    const known = verified === undefined ? '' : verified ? words.verified : words.unverified
    return `<tr><td>${who}</td><td>${escaped(code)}</td><td>${escaped(known)}</td><td>${messages}</td><td>${files}</td></tr>`
  })
  const heads = [words.contact, words.code, '', words.messages, words.files].map((head) => `<th>${escaped(head)}</th>`)
  const list =
    rows.length === 0
      ? `<p>${escaped(words.nobody)}</p>`
      : `<table>\n<tr>${heads.join('')}</tr>\n${rows.join('\n')}\n</table>`
  const heading = `${words.title}: ${lineName(owner.displayName, owner.username)}`
  return `${pageStart(words, heading)}<table>\n${facts}\n</table>\n<p>${escaped(words.utc)}</p>\n${list}\n${PAGE_END}`
}
