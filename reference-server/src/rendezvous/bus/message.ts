/**
 * Messages between servers (spec/decisions/0013): a first byte that says which, then fields of fixed length. Bytes lie off
 * the engine's heap, so that overwriting them overwrites all that there is (06-70).
 */
import { PROTOCOL } from '@solo2/sdk/shared'

export const KIND = {
  /** On a topic: count of members, and whether others shall say theirs. */
  PRESENCE: 1,
  /** On a topic: the sending socket's reference, the Delivery frame. */
  SIGNAL: 2,
  /** To a server: topic, count of members. */
  ANSWER: 3,
  /** To a server where somebody joined: topic, the Delivery frame of a signal that was held. */
  HELD: 4,
  /** To the sender's server: topic, the sending socket's reference. */
  SLOW: 5,
  /** To the server that issued a ticket: number of the question, the ticket's hash. */
  SPEND: 6,
  /** Back: the number, 1 for a ticket that is good. */
  SPENT: 7,
  /** To all, once a second: 1 if it leaves. */
  HERE: 8,
  /** To a server that was silent and is heard again: tell everything anew. */
  AGAIN: 9,
  /** To all: what limiters admitted. */
  TAKEN: 10,
  /** To all or one: the day's key. */
  DAY_KEY: 11,
} as const

const { ID_SIZE } = PROTOCOL

export function blank(size: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(size))
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Kind and bytes, numbers as 4 bytes. */
export function message(kind: number, ...parts: readonly (Uint8Array | number)[]): Uint8Array {
  const sizeOf = (part: Uint8Array | number) => (typeof part === 'number' ? 4 : part.length)
  const out = blank(1 + parts.reduce<number>((sum, part) => sum + sizeOf(part), 0))
  const view = viewOf(out)
  out[0] = kind
  let at = 1
  for (const part of parts) {
    if (typeof part === 'number') view.setUint32(at, part)
    else out.set(part, at)
    at += sizeOf(part)
  }
  return out
}

export const presence = (count: number, asks: boolean) => message(KIND.PRESENCE, count, asks ? 1 : 0)
export const signal = (reference: number, frame: Uint8Array) => message(KIND.SIGNAL, reference, frame)
export const answer = (topic: Uint8Array, count: number) => message(KIND.ANSWER, topic, count)
export const held = (topic: Uint8Array, frame: Uint8Array) => message(KIND.HELD, topic, frame)
export const slow = (topic: Uint8Array, reference: number) => message(KIND.SLOW, topic, reference)
export const spend = (question: number, hash: Uint8Array) => message(KIND.SPEND, question, hash)
export const spent = (question: number, isGood: boolean) => message(KIND.SPENT, question, isGood ? 1 : 0)
export const here = (leaves: boolean) => message(KIND.HERE, leaves ? 1 : 0)
export const again = () => message(KIND.AGAIN)

/** What a message holds behind its kind, as views: bytes until `topic`, the number after it. */
export const topicOf = (body: Uint8Array) => body.subarray(1, 1 + ID_SIZE)
export const afterTopic = (body: Uint8Array) => body.subarray(1 + ID_SIZE)
export const numberAt = (body: Uint8Array, at: number) => viewOf(body).getUint32(at)
