/** Text that other people wrote, made harmless for where it is shown (spec/11, Readable copy). */

/** What is not seen or turns what stands beside it; joiners and the emoji sign stay, Persian and emoji need them. */
const UNSEEN =
  /(?!\p{Join_Control}|\ufe0f)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu
const MARKS = /(\p{M}{4})\p{M}+/gu
/** Controls but tab and line end, direction marks, line and paragraph separators, halves of surrogate pairs. */
const TURNING = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu

/** A name in one line; `instead` if nothing of it is seen. */
export function lineName(name: string, instead: string): string {
  const visible = name.replace(UNSEEN, '').replace(MARKS, '$1').replace(/\s+/gu, ' ').trim()
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(visible) ? visible : instead
}

/** For a text file: what would turn or hide other text is named, and no line but the first begins like one of the copy's. */
export function plainText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(TURNING, (mark) => `<U+${(mark.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}>`)
    .replaceAll('\n', '\n    ')
}

/** JSON whose strings turn nothing when it is looked at as a text. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(TURNING, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For HTML, between tags or in a quoted attribute. */
export function escaped(text: string): string {
  return text
    .replace(/(?![\t\n])\p{Cc}|\p{Cs}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] as string)
}

/** A path of the archive as a relative address. */
export function address(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
