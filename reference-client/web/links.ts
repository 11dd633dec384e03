/** Addresses in a text: shown as links, never fetched. Only http and https, and nothing that could pass for another address. */

export interface Piece {
  readonly text: string
  /** Where it leads, if it is a link. */
  readonly href?: string
}

const CANDIDATE = /https?:\/\/[^\s<>"'`\p{Cc}\p{Cf}\p{Z}]+/giu
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?…،؛؟。、]+$/u

/** The pieces together are the text, each unit of it. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let at = 0
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimmed(match[0])
    const href = linkOf(shown)
    if (href === undefined) continue
    if (match.index > at) found.push({ text: text.slice(at, match.index) })
    found.push({ text: shown, href })
    at = match.index + shown.length
  }
  if (at < text.length) found.push({ text: text.slice(at) })
  return found
}

function trimmed(candidate: string): string {
  const bare = candidate.replace(TRAILING, '')
  // A bracket that was opened before the address does not belong to it.
  const opened = bare.split('(').length
  return bare.endsWith(')') && bare.split(')').length > opened ? bare.slice(0, -1) : bare
}

function linkOf(text: string): string | undefined {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return undefined
  }
  // "https://bank.example@evil.example" names one host and leads to another.
  const isPlain = url.username === '' && url.password === ''
  return isPlain && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== ''
    ? url.href
    : undefined
}
