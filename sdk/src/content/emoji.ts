/**
 * What counts as one emoji (spec/10 section 3): an emoji sequence of UTS #51 by its grammar, not by a list, so that two
 * devices with different versions of Unicode agree also on emoji that one of them cannot draw yet.
 */
import { utf8 } from '../bytes/bytes.js'
import { PROTOCOL } from '../limits.js'

const ELEMENT =
  '(?:\\p{Regional_Indicator}{2}|\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F\\u20E3?|[\\u{E0020}-\\u{E007E}]+\\u{E007F})?)'
const EMOJI = new RegExp(`^(?:${ELEMENT}(?:\\u200D${ELEMENT})*|[0-9#*]\\uFE0F\\u20E3)$`, 'u')

/** Whether a text is one emoji of at most 40 bytes of UTF-8. */
export function isEmoji(text: string): boolean {
  return text.length <= PROTOCOL.REACTION_BYTES && EMOJI.test(text) && utf8(text).length <= PROTOCOL.REACTION_BYTES
}
