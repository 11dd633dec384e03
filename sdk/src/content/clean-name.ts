/**
 * Names of received files are hostile (spec/10 section 9): they must stay in their folder on every platform, say what
 * they are, and not turn the text around them.
 */
import { utf8 } from '../bytes/bytes.js'
import { PROTOCOL } from '../limits.js'

/** What stands for a name of which nothing is left. */
const NAMELESS = 'file'

/** Control and format characters, line and paragraph separators, surrogate halves, private use, and invisible fillers. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** Path separators, their look-alikes, and what Windows forbids. */
const FORBIDDEN = /[/\\:*?"<>|\u2044\u2215\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c\uff1a]/g

/** Windows takes these for devices, with any extension. */
const RESERVED =
  /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$|clock\$) *(?:\.|$)/i

/** At the ends: blanks and dots, so that no name is hidden, relative, or other than Windows stores it. */
const ENDS = /^[\s.]+|[\s.]+$/gu

/** More marks than this on one letter only serve to leave its line. */
const MARKS = /(\p{M}{4})\p{M}+/gu

const EXTENSION = /(?:\.tar)?\.[^.\s]{1,16}$/i

/**
 * A name that every file system takes and that shows as it is: NFC, 1 to `limit` bytes of UTF-8 (at least 20), the extension
 * kept where the name must be cut. Cleaning a clean name changes nothing.
 */
export function cleanName(name: string, limit: number = PROTOCOL.FILE_NAME_BYTES): string {
  const visible = name.normalize('NFC').replace(INVISIBLE, '').replace(FORBIDDEN, '_').replace(MARKS, '$1')
  const plain = visible.replace(/\s+/gu, ' ').normalize('NFC').replace(ENDS, '')
  const named = plain === '' ? NAMELESS : RESERVED.test(plain) ? `_${plain}` : plain
  return shorten(named, limit)
}

function shorten(name: string, limit: number): string {
  if (utf8(name).length <= limit) return name
  const extension = EXTENSION.exec(name.slice(1))?.[0] ?? ''
  const room = limit - utf8(extension).length
  let stem = ''
  let length = 0
  for (const character of name.slice(0, name.length - extension.length)) {
    length += utf8(character).length
    if (length > room) break
    stem += character
  }
  return stem.replace(ENDS, '') + extension
}
