/** What of a message is searched (11-40): its text, or the name of its file. */
import { decodeContent, parseContent } from '../../content/parse.js'
import { Solo2Error } from '../../errors.js'

/** `content`: an encoded Content in its present form. Empty for what has no words, and for what does not parse. */
export function searchedText(content: Uint8Array): string {
  try {
    const decoded = decodeContent(content)
    // A deleted message has no body.
    if (decoded.body.length === 0) return ''
    const parsed = parseContent(decoded)
    if (parsed.kind === 'text') return parsed.text
    return parsed.kind === 'fileOffer' ? parsed.name : ''
  } catch (error) {
    if (error instanceof Solo2Error) return ''
    throw error
  }
}
