/** What a person chose for one contact, between the vault's record and what an application sees. */
import type { ContactSettings as Stored } from '@solo2/proto/vault'
import { utf8 } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { ContactSettings } from './api.js'

export const DEFAULT_SETTINGS: Stored = {
  nickname: '',
  muted: false,
  archived: false,
  pinned: false,
  hidesReading: false,
  draft: '',
  blocked: false,
}

export function shownSettings(stored: Stored = DEFAULT_SETTINGS): ContactSettings {
  const { nickname, muted, archived, pinned, hidesReading, draft } = stored
  return { nickname, muted, archived, pinned, readReceipts: !hidesReading, draft }
}

/** Throws `invalid_argument` for a nickname or a draft beyond its limit. */
export function changedSettings(stored: Stored = DEFAULT_SETTINGS, change: Partial<ContactSettings>): Stored {
  const { nickname, muted, archived, pinned, readReceipts, draft } = { ...shownSettings(stored), ...change }
  ensure(
    isWithin(nickname, PROTOCOL.DISPLAY_NAME_BYTES),
    'invalid_argument',
    'a nickname has at most 64 bytes of UTF-8',
  )
  ensure(isWithin(draft, PROTOCOL.TEXT_BYTES), 'invalid_argument', 'a draft has at most 65,536 bytes of UTF-8')
  return { ...stored, nickname, muted, archived, pinned, hidesReading: !readReceipts, draft }
}

function isWithin(text: string, bytes: number): boolean {
  return text.length <= bytes && utf8(text).length <= bytes && !/\p{Surrogate}/u.test(text)
}
