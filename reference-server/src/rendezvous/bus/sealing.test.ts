import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { NAME_SIZE } from './port.js'
import { createSealing } from './sealing.js'

const random = (length: number) => new Uint8Array(randomBytes(length))

describe('what goes between servers', () => {
  const secret = random(32)
  const [a, b] = [random(NAME_SIZE), random(NAME_SIZE)]
  const text = 'a signal and its topic'
  const message = () => new Uint8Array(Buffer.from(text))

  it('is open to servers of the cluster only, holds nothing in clear, and its source is overwritten', () => {
    const sender = createSealing(secret, a)
    const source = message()
    const sealed = sender.seal('x', source)
    expect(source).toEqual(new Uint8Array(source.length))
    expect(Buffer.from(sealed).includes(text.slice(0, 4))).toBe(false)
    const opened = createSealing(secret, b).open('x', sealed)
    expect([opened?.from, Buffer.from(opened?.message ?? []).toString()]).toEqual([a, text])
    expect(createSealing(random(32), b).open('x', sealed)).toBeUndefined()
  })

  it('is refused on another subject, changed anywhere, cut, repeated, or older than what came', () => {
    const sender = createSealing(secret, a)
    const receiver = createSealing(secret, b)
    const [first, second, third] = [1, 2, 3].map(() => sender.seal('x', message())) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    expect(receiver.open('y', first)).toBeUndefined()
    for (let at = 0; at < first.length; at++) {
      const changed = first.slice()
      changed[at] = (changed[at] as number) ^ 1
      expect(receiver.open('x', changed)).toBeUndefined()
      expect(receiver.open('x', first.subarray(0, at))).toBeUndefined()
    }
    expect(receiver.open('x', second)).toBeDefined()
    for (const old of [first, second]) expect(receiver.open('x', old)).toBeUndefined()
    expect(receiver.open('x', third)).toBeDefined()
  })

  it('has the same subject at every server, another one in each cluster, and neither is the topic', () => {
    const topic = random(16)
    const subject = createSealing(secret, a).subjectOf(topic)
    expect(createSealing(secret, b).subjectOf(topic)).toBe(subject)
    expect(createSealing(random(32), b).subjectOf(topic)).not.toBe(subject)
    expect(subject).toMatch(/^[\w-]{22}$/)
    for (const form of ['hex', 'base64url'] as const) expect(Buffer.from(topic).toString(form)).not.toContain(subject)
  })
})
