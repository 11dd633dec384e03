/**
 * What goes over NATS is sealed between the servers, and its subjects are keyed hashes (spec/decisions/0013): NATS's memory
 * and logs hold no topic and no signal that anybody can read. A message is the sender's name, a count, ChaCha20-Poly1305.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { toHex, utf8, wipe } from '@solo2/sdk/shared'
import { blank, viewOf } from './message.js'
import { NAME_SIZE } from './port.js'

const ALGORITHM = 'chacha20-poly1305'
const TAG_SIZE = 16
const COUNT_SIZE = 8
const HEAD_SIZE = NAME_SIZE + COUNT_SIZE
const SUBJECT_BYTES = 16
/** Senders whose keys are kept; a cluster is far smaller, but each start is a new one. */
const SENDERS_MAX = 256

export interface Sealing {
  /** The subject of a topic: a keyed hash. */
  subjectOf(topic: Uint8Array): string
  /** Overwrites `message`. */
  seal(subject: string, message: Uint8Array): Uint8Array
  /** Undefined for what no server of this cluster sealed for this subject, and for what came before. The caller overwrites the message. */
  open(subject: string, sealed: Uint8Array): { from: Uint8Array; message: Uint8Array } | undefined
}

interface Sender {
  readonly key: Uint8Array
  /** The highest count so far: each sender's messages come in order. */
  last: bigint
}

/** `secret`: the cluster's key for its bus, 32 bytes. A sender's key depends on its name, which is new at each start, so that counts never repeat under one key. */
export function createSealing(secret: Uint8Array, name: Uint8Array): Sealing {
  const derive = (info: string, salt: Uint8Array) => new Uint8Array(hkdfSync('sha256', secret, salt, info, 32))
  const keyOf = (sender: Uint8Array) => derive('Solo2 v1 bus message', sender)
  const subjectKey = derive('Solo2 v1 bus subject', new Uint8Array(0))
  const ownKey = keyOf(name)
  const senders = new Map<string, Sender>()
  let count = 0n

  const nonceOf = (head: Uint8Array) => {
    const nonce = new Uint8Array(12)
    nonce.set(head.subarray(NAME_SIZE), 4)
    return nonce
  }
  return {
    subjectOf: (topic) =>
      createHmac('sha256', subjectKey).update(topic).digest().subarray(0, SUBJECT_BYTES).toString('base64url'),
    seal(subject, message) {
      const out = blank(HEAD_SIZE + message.length + TAG_SIZE)
      count += 1n
      out.set(name)
      viewOf(out).setBigUint64(NAME_SIZE, count)
      const cipher = createCipheriv(ALGORITHM, ownKey, nonceOf(out.subarray(0, HEAD_SIZE)), { authTagLength: TAG_SIZE })
      cipher.setAAD(utf8(subject), { plaintextLength: message.length })
      out.set(cipher.update(message), HEAD_SIZE)
      cipher.final()
      out.set(cipher.getAuthTag(), HEAD_SIZE + message.length)
      wipe(message)
      return out
    },
    open(subject, sealed) {
      const end = sealed.length - TAG_SIZE
      if (end <= HEAD_SIZE) return undefined
      const from = sealed.slice(0, NAME_SIZE)
      const id = toHex(from)
      const at = viewOf(sealed).getBigUint64(NAME_SIZE)
      const sender = senders.get(id) ?? { key: keyOf(from), last: 0n }
      if (at <= sender.last) return undefined
      const nonce = nonceOf(sealed.subarray(0, HEAD_SIZE))
      const decipher = createDecipheriv(ALGORITHM, sender.key, nonce, { authTagLength: TAG_SIZE })
      decipher.setAAD(utf8(subject), { plaintextLength: end - HEAD_SIZE })
      decipher.setAuthTag(sealed.subarray(end))
      const message = decipher.update(sealed.subarray(HEAD_SIZE, end))
      try {
        decipher.final()
      } catch {
        wipe(message)
        return undefined
      }
      sender.last = at
      senders.delete(id)
      senders.set(id, sender)
      if (senders.size > SENDERS_MAX) for (const oldest of senders.keys()) if (senders.delete(oldest)) break
      return { from, message }
    },
  }
}
