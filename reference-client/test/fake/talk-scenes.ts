/** A contact with everything that can be done to messages, and others in each of their settings. */
import type { Message } from '../../../sdk/src/client/api.js'
import type { PersonPlan } from './me.js'

const MINUTE = 60_000
const MIA = '2'.repeat(64)

interface Line extends Partial<Message> {
  readonly ago: number
  readonly mine?: boolean
  readonly says?: string
}

const messageId = (index: number): string => `2222${index.toString(16).padStart(28, '0')}`

function lines(now: number, all: readonly Line[]): Message[] {
  return all.map(({ ago, mine = false, says = '', ...more }, index) => ({
    id: messageId(index),
    contact: MIA,
    outgoing: mine,
    state: mine ? 'read' : 'received',
    writtenAt: now - ago * MINUTE,
    position: index + 1,
    body: { kind: 'text', text: says },
    edited: false,
    reactions: {},
    ...more,
  }))
}

export function talkers(now: number): PersonPlan[] {
  const past = Array.from({ length: 140 }, (_, index) => ({
    ago: 4_000 - index,
    mine: index % 3 === 0,
    says: index === 12 ? 'The lighthouse is open on Sundays.' : `Notes of the walk, page ${index + 1}`,
  }))
  const mia = lines(now, [
    ...past,
    { ago: 300, says: 'Which path did you take in the end?' },
    { ago: 299, mine: true, says: 'The one along the cliff.', replyTo: messageId(140), reactions: { theirs: '❤️' } },
    { ago: 240, says: 'And when was it open?', replyTo: messageId(12) },
    {
      ago: 238,
      mine: true,
      says: 'It was on Sundays, see https://example.org/lighthouse (opening hours).',
      edited: true,
    },
    { ago: 200, says: 'Thank you', replyTo: 'f'.repeat(32), reactions: { own: '👍', theirs: '🙏' } },
    { ago: 120, body: { kind: 'deleted' } },
    {
      ago: 60,
      body: { kind: 'place', latitude: 38.7071, longitude: -9.1365, accuracy: 14, takenAt: now - 60 * MINUTE },
    },
    { ago: 50, mine: true, body: { kind: 'timer', seconds: 86_400 } },
    { ago: 12, mine: true, says: 'This goes tomorrow.', expiresAt: now + 1_400 * MINUTE },
    { ago: 6, says: 'So does this.', expiresAt: now + 1_434 * MINUTE },
    { ago: 5, says: 'And this.', expiresAt: now + 1_435 * MINUTE },
  ])
  const other = (id: string, displayName: string, more: Partial<PersonPlan>): PersonPlan => ({
    id: id.repeat(64),
    displayName,
    alias: `${id}${id}Q7N8RH${id}`.slice(0, 8).toUpperCase(),
    state: 'away',
    path: 'unknown',
    ...more,
  })
  return [
    {
      id: MIA,
      displayName: 'Mia Andrade',
      alias: '3W7P2KQX',
      state: 'connected',
      path: 'direct',
      verification: 'compared',
      messages: mia,
      timerSeconds: 86_400,
      unread: 2,
      settings: { pinned: true, nickname: 'Mia (walks)' },
    },
    other('3', 'Noah', { settings: { muted: true, draft: 'Before I forget: the key' } }),
    other('4', 'Omar', { blocked: true }),
    other('5', 'Petra', { settings: { archived: true } }),
  ]
}
