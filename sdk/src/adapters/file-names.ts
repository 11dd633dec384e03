/** Names under which received files are kept, without ever replacing another. */
import { utf8 } from '../bytes/bytes.js'

/** The longest name that all usual file systems take, in bytes. */
const NAME_BYTES = 255

/** Endings that belong together: `archive (1).tar.gz`, not `archive.tar (1).gz`. */
const EXTENSION = /(?:\.tar)?\.[^.\s]{1,16}$/i

/**
 * `report.pdf`, `report (1).pdf`, `report (2).pdf`, ... for n = 0, 1, 2, ...: at most 255 bytes each, the extension whole.
 */
export function numberedName(name: string, n: number): string {
  const extension = EXTENSION.exec(name.slice(1))?.[0] ?? ''
  const tail = (n === 0 ? '' : ` (${n})`) + extension
  let stem = name.slice(0, name.length - extension.length)
  while (stem.length > 1 && utf8(stem + tail).length > NAME_BYTES) {
    // Whole characters only: half of a surrogate pair is no text.
    stem = [...stem].slice(0, -1).join('')
  }
  return stem + tail
}

/** What Windows takes for devices, whatever the extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

/**
 * A name that stays in its folder on every platform. `name` has been cleaned by the receiver's rules (spec/10) before;
 * this keeps to itself what a file system would read into it, so that no adapter depends on that.
 */
export function safeName(name: string): string {
  const plain = name
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not stay
    .replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, '_')
    .replace(/^\.+/, (dots) => '_'.repeat(dots.length))
    .replace(/[. ]+$/, '')
  return numberedName(RESERVED.test(plain) ? `_${plain}` : plain || 'file', 0)
}
