/**
 * Names that other people chose. They are shown as text only, without the marks that turn the direction of what stands
 * beside them, and inside an isolate of their own. What is seen is never longer than what a line holds.
 */

/** Controls, direction marks and isolates, invisible operators, tags and the fillers that look like nothing. */
const UNSEEN =
  /(?!\p{Join_Control}|\ufe0f)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu
/** More marks on one letter than any language writes. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

/** The name without what is not seen (joiners and the emoji sign stay: Persian and emoji need them); empty if nothing of it is seen. */
export function visibleName(name: string): string {
  const visible = name.replace(UNSEEN, '').replace(PILED_MARKS, '$1').replace(/\s+/gu, ' ').trim()
  return SEEN.test(visible) ? visible : ''
}

export interface Named {
  readonly displayName: string
  readonly alias: string
  /** What the person calls them. */
  readonly nickname?: string
}

/** What to call someone: as the person calls them, else their name where something of it can be seen, else their code. */
export function nameOf({ nickname = '', displayName, alias }: Named): string {
  return visibleName(nickname) || visibleName(displayName) || groupedAlias(alias)
}

/** A name inside a sentence: first-strong isolate around it, so that the sentence keeps its order. */
export function isolated(name: string): string {
  return `\u2068${visibleName(name)}\u2069`
}

/** A code, an address, a term of the protocol inside a sentence: left to right, also where the sentence is not. */
export function ltr(text: string): string {
  return `\u2066${text}\u2069`
}

/** The first letter as people see it, for the sign beside a name. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(visibleName(name))
  return (first?.segment ?? '').toLocaleUpperCase()
}

const grouped = (text: string, sizes: readonly number[]): string => {
  const parts: string[] = []
  let at = 0
  for (const size of sizes) {
    if (at < text.length) parts.push(text.slice(at, at + size))
    at += size
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts.join('-')
}

const plain = (code: string): string => code.replace(/[\s-]/gu, '')

/** `7K3M9QXA4T` as it is shown: `7K3M-9QXA-4T` (spec/05). */
export function groupedCode(code: string): string {
  return grouped(plain(code), [4, 4, 2])
}

/** Hexadecimal digits as they are shown: in groups of eight. */
export function groupedDigits(digits: string): string {
  return digits.replaceAll(/.{8}(?=.)/g, '$& ')
}

/** `7K3M9QXA` as it is shown: `7K3M-9QXA`. */
export function groupedAlias(alias: string): string {
  return grouped(plain(alias), [4, 4])
}

/** A typed pairing code in its one form (spec/05): capitals, no blanks or hyphens, I and L for 1, O for 0. */
export function normalCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replace(/[IL]/gu, '1')
    .replace(/O/gu, '0')
}

/** Sixty digits in twelve groups of five. */
export function safetyGroups(safetyNumber: string): string[] {
  return plain(safetyNumber).match(/.{1,5}/gu) ?? []
}

/** The code in an invitation's link, or undefined for anything else; the SDK judges it whole. */
export function invitationCode(text: string): string | undefined {
  return /#v1\.([0-9A-Z]{10})\./u.exec(text)?.[1]
}
