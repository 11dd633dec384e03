/** Messages that are told in one sentence, here and in the list. */
import { degrees, period } from '../format.js'
import { t } from '../i18n/catalogue.js'
import type { Message } from '../sdk.js'

type Told = Extract<Message['body'], { kind: 'place' | 'timer' | 'deleted' | 'unknown' }>

export function wordsFor(body: Told, outgoing: boolean): string {
  switch (body.kind) {
    case 'place':
      return `${t.talk.place.short}: ${coordinates(body)}`
    case 'timer': {
      const { mine, mineOff, theirs, theirsOff } = t.talk.timer
      if (body.seconds === 0) return outgoing ? mineOff : theirsOff
      return (outgoing ? mine : theirs)(period(body.seconds))
    }
    case 'deleted':
    case 'unknown':
      return t.conversation[body.kind]
    default:
      return body satisfies never
  }
}

/** Any message in one line. */
export function lineOf({ body, outgoing }: Message): string {
  if (body.kind === 'text') return body.text
  return body.kind === 'file' ? t.home.file(body.name) : wordsFor(body, outgoing)
}

export function coordinates({
  latitude,
  longitude,
}: {
  readonly latitude: number
  readonly longitude: number
}): string {
  const { north, south, east, west, both } = t.talk.place
  return both(
    (latitude < 0 ? south : north)(degrees(Math.abs(latitude))),
    (longitude < 0 ? west : east)(degrees(Math.abs(longitude))),
  )
}
