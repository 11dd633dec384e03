/** Introduction sockets for any number of topics: one carries 256, what is beyond goes to further ones, each with its own ticket (06-24). */
import { toHex } from '../bytes/bytes.js'
import { PROTOCOL } from '../limits.js'
import { createIntroducer, type Introducer, type IntroducerOptions } from './introducer.js'

interface Part {
  readonly introducer: Introducer
  readonly topics: Set<string>
}

export function createIntroducers(options: IntroducerOptions): Introducer {
  const parts: Part[] = []

  function holding(topic: string): Part | undefined {
    return parts.find(({ topics }) => topics.has(topic))
  }

  function withRoom(): Part {
    const found = parts.find(({ topics }) => topics.size < PROTOCOL.SOCKET_TOPICS)
    if (found !== undefined) return found
    const part = { introducer: createIntroducer(options), topics: new Set<string>() }
    parts.push(part)
    return part
  }

  return {
    join(topics) {
      const shares = new Map<Part, Uint8Array[]>()
      for (const topic of topics) {
        const name = toHex(topic)
        const part = holding(name) ?? withRoom()
        part.topics.add(name)
        shares.set(part, [...(shares.get(part) ?? []), topic])
      }
      for (const [{ introducer }, share] of shares) introducer.join(share)
    },
    leave(topics) {
      for (const part of parts) {
        const share = topics.filter((topic) => part.topics.delete(toHex(topic)))
        if (share.length > 0) part.introducer.leave(share)
      }
    },
    send: (topic, signal) => holding(toHex(topic))?.introducer.send(topic, signal),
    get isRefused() {
      return parts.some(({ introducer }) => introducer.isRefused)
    },
    retry() {
      for (const { introducer } of parts) introducer.retry()
    },
    roamed() {
      for (const { introducer } of parts) introducer.roamed()
    },
    close() {
      for (const { introducer } of parts) introducer.close()
    },
  }
}
