/** Whether a content is a line of the conversation or changes something (spec/10 section 3). */
import { type Content, ContentKind } from '@solo2/proto/content'
import type { ParsedChange, ParsedContent } from '../content/parse.js'

/** Whether it changes another content. */
export function isChange(parsed: ParsedContent): parsed is ParsedChange {
  return parsed.kind === 'edit' || parsed.kind === 'delete' || parsed.kind === 'reaction'
}

export function isLine({ kind }: ParsedContent): boolean {
  switch (kind) {
    case 'text':
    case 'fileOffer':
    case 'timer':
    case 'place':
    case 'unknown':
      return true
    case 'fileRefusal':
    case 'fileCancel':
    case 'edit':
    case 'delete':
    case 'reaction':
    case 'read':
      return false
    default:
      return kind satisfies never
  }
}

/** Whether it is kept for as long as the conversation's timer says. */
export function disappears({ kind }: Content): boolean {
  return kind === ContentKind.TEXT || kind === ContentKind.FILE_OFFER || kind === ContentKind.PLACE
}
