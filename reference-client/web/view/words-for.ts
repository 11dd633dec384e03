/** Messages that are told in one sentence, here and in the list. */
import { t } from '../i18n/catalogue.js'
import type { Message } from '../sdk.js'

type Told = Extract<Message['body'], { kind: 'place' | 'timer' | 'deleted' | 'unknown' }>

const DECIMALS = 5

export function wordsFor(body: Told): string {
  switch (body.kind) {
    case 'place':
      return t.conversation.place(body.latitude.toFixed(DECIMALS), body.longitude.toFixed(DECIMALS))
    case 'timer':
    case 'deleted':
    case 'unknown':
      return t.conversation[body.kind]
    default:
      return body satisfies never
  }
}
