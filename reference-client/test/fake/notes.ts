/** Notes to oneself of the made-up account: some in the scene `notes`, none elsewhere. */
import type { Message, Notes } from '../../../sdk/src/client/api.js'
import { Solo2Error } from '../../../sdk/src/errors.js'

const OWN = '0'.repeat(63).concat('9')
const MINUTE = 60_000

const noteId = (index: number): string => `9999${index.toString(16).padStart(28, '0')}`

function noted(now: number): Message[] {
  const bodies: readonly (readonly [ago: number, body: Message['body'], more?: Partial<Message>])[] = [
    [3_000, { kind: 'text', text: 'Counterweight: 1.4 kg, not 1.2.' }, { reactions: { own: '👍' } }],
    [2_900, { kind: 'place', latitude: 38.7071, longitude: -9.1365, accuracy: 14, takenAt: now - 2_900 * MINUTE }],
    [2_890, { kind: 'text', text: 'Parked here, by the chapel.' }, { edited: true }],
    [40, { kind: 'text', text: 'And the map that Ana promised.' }, { replyTo: noteId(0) }],
    [9, { kind: 'timer', seconds: 86_400 }],
    [8, { kind: 'text', text: 'Only until tomorrow.' }, { expiresAt: now + 1_432 * MINUTE }],
  ]
  return bodies.map(([ago, body, more], index) => ({
    ...{ id: noteId(index), contact: OWN, outgoing: true, state: 'kept', edited: false, reactions: {} },
    ...{ writtenAt: now - ago * MINUTE, position: index + 1, body },
    ...more,
  }))
}

export function fakeNotes(scene: string, emit: (name: string, event: unknown) => void): Notes {
  const isUsed = scene === 'notes'
  const now = Date.now()
  let messages = isUsed ? noted(now) : []
  let timerSeconds = isUsed ? 86_400 : 0
  let settings: Notes['settings'] = { pinned: isUsed, archived: false, draft: '' }

  function add(body: Message['body'], more: Partial<Message> = {}): Message {
    const position = (messages.at(-1)?.position ?? 0) + 1
    const message: Message = {
      ...{ id: noteId(position - 1), contact: OWN, outgoing: true, state: 'kept', edited: false, reactions: {} },
      ...{ writtenAt: Date.now(), position, body },
      ...more,
    }
    messages = [...messages, message]
    emit('message', message)
    return message
  }

  function change(id: string, next: Partial<Message>): Message {
    messages = messages.map((one) => (one.id === id ? { ...one, ...next } : one))
    const changed = found(id)
    emit('change', changed)
    return changed
  }

  function found(id: string): Message {
    const message = messages.find((one) => one.id === id)
    if (message === undefined) throw new Solo2Error('not_found', 'no such message')
    return message
  }

  return {
    id: OWN,
    send: async (text, options) => add({ kind: 'text', text }, options),
    sendPlace: async (place) => add({ kind: 'place', ...place }),
    edit: async (id, text) => change(id, { body: { kind: 'text', text }, edited: true }),
    react: async (id, emoji) => change(id, { reactions: emoji === '' ? {} : { own: emoji } }),
    async delete(id) {
      messages = messages.filter((one) => one.id !== id)
      emit('gone', { contact: OWN, ids: [id] })
    },
    get timerSeconds() {
      return timerSeconds
    },
    async setTimer(seconds) {
      timerSeconds = seconds
      return add({ kind: 'timer', seconds })
    },
    get settings() {
      return settings
    },
    async changeSettings(next) {
      settings = { ...settings, ...next }
    },
    message: async (id) => found(id),
    messages: async ({ before = Number.POSITIVE_INFINITY, limit = 50 } = {}) =>
      messages.filter(({ position }) => position < before).slice(-limit),
  }
}
