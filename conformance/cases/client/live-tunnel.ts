/**
 * The runner's side of a tunnel over a real data channel, by the transcription: ratchet, records, contents, root (spec/08 to
 * spec/10). What the testee does wrong is told to whoever waits for something of it.
 */
import { hex, same } from '../../literal/bytes.js'
import { decodeBody, decodeContent, encodeContent } from '../../literal/content.js'
import { type Choice, confirmed, stored } from '../../literal/continuity.js'
import { type LiteralRecord, packBlock, takePart, unpackBlock } from '../../literal/frame.js'
import { write } from '../../literal/protobuf.js'
import { openFrame, ROOM, sealFrame, TURN_ROOM } from '../../literal/ratchet.js'
import { rootAt, rootHash } from '../../literal/rendezvous.js'
import { Broken, ensureKept } from '../../src/case.js'
import { random } from '../server/subject.js'
import { judged } from './damage.js'
import { shakeHandsLive } from './live-handshake.js'
import { type Introduced, introduceLive, type LivePair } from './live-meeting.js'
import { drawTurn } from './talk.js'

const TEXT = 1
const STREAM = 1
const PART_MOST = 4_050
const PART_MOST_IN_TURN = 1_732
/** For what the testee does by itself, in milliseconds. */
const PATIENCE_MS = 20_000

export interface Text {
  readonly id: Uint8Array
  readonly sequence: number
  readonly text: string
}

export interface LiveTunnel {
  readonly choice: Choice
  readonly introduced: Introduced
  /** The testee's turns that were seen. */
  readonly turns: ReadonlySet<number>
  say(text: Text): void
  /** Resolves when the testee has acknowledged that content. */
  acknowledged(id: Uint8Array): Promise<unknown>
  /** The testee's next text, which is acknowledged by `acknowledge` only. */
  hear(): Promise<Text>
  acknowledge(id: Uint8Array): void
  /** Ends the channel without a word. */
  drop(): void
  /** Waits for the testee's last frame, answers it with the own one, and sees the channel go (09-20). */
  left(): Promise<void>
}

/** Meets the testee; resolves when the tunnel stands and a root is agreed. What is kept of it stands in `pair.own` then. */
export async function meetLive(pair: LivePair): Promise<LiveTunnel> {
  const { own, offers } = pair
  const introduced = await introduceLive(pair)
  const { channel, place } = introduced
  const { choice, keys, ratchet } = await shakeHandsLive(pair, introduced)
  const candidate = own.root ?? { root: keys.rendezvousRoot, epoch: Math.max(0, place.epoch - 1) }
  const hash = rootHash(rootAt(candidate.root, candidate.epoch, place.epoch))
  const parts = new Map<number, Uint8Array>()
  const heard: Text[] = []
  const receipts = new Set<string>()
  const turns = new Set<number>()
  let peerHash: Uint8Array | undefined
  let isAgreed = false
  let isConfirmed = false
  let hasLeft = false
  let isOver = false
  let sent = 0
  let received = 0
  let failure: unknown
  let watchers: (() => void)[] = []

  function changed(): void {
    const now = watchers
    watchers = []
    for (const look of now) look()
  }

  async function until<T>(what: string, ready: () => T | undefined): Promise<T> {
    const deadline = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Broken(`${what} did not come within ${PATIENCE_MS} ms`)), PATIENCE_MS).unref()
    })
    deadline.catch(() => undefined)
    for (;;) {
      if (failure !== undefined) throw failure
      const value = ready()
      if (value !== undefined) return value
      ensureKept(!isOver, `its channel ends, and ${what} was due`)
      await Promise.race([new Promise<void>((resolve) => watchers.push(resolve)), deadline])
    }
  }

  function send(record: LiteralRecord): void {
    const isTurn = ratchet.due
    const block = packBlock([record], isTurn ? TURN_ROOM : ROOM)
    channel.send(sealFrame(ratchet, block, isTurn ? drawTurn(random) : undefined).frame)
    sent += 1
  }

  async function listen(): Promise<void> {
    for (let message = await channel.next(); message !== undefined; message = await channel.next()) {
      const frame = message
      const read = judged(() => {
        const { padded, passage } = openFrame(ratchet, frame)
        turns.add(passage.header.turn)
        return unpackBlock(padded)
      })
      ensureKept('value' in read, `its frame ${received} is refused: ${'code' in read && read.code}`)
      ensureKept(!hasLeft, 'a frame follows its last one')
      if (received === 0) confirm(read.value)
      for (const record of read.value) take(record)
      received += 1
      changed()
    }
  }

  /** 07-14, 07-15 and 09-16. */
  function confirm([first]: readonly LiteralRecord[]): void {
    ensureKept(first?.kind === 'rendezvous_hash', `its first record is ${first?.kind}, not its hash of the root`)
    own.kept = offers ? confirmed(own.kept, choice) : stored(own.kept, 'responder', choice, keys.continuity)
    own.invitations = own.invitations.filter((one) => choice.spent === null || !same(one, choice.spent))
    if (!offers) announce()
    isConfirmed = true
  }

  function announce(): void {
    send({ kind: 'rendezvous_hash', epoch: place.epoch, hash })
  }

  function take(record: LiteralRecord): void {
    if (record.kind === 'content_part') onPart(record)
    else if (record.kind === 'receipt') for (const id of record.contents) receipts.add(hex(id))
    else if (record.kind === 'rendezvous_hash') onHash(record.epoch, record.hash)
    else if (record.kind === 'rendezvous_root') onRoot(record.epoch, record.root)
    else if (record.kind === 'last') {
      ensureKept(Number(record.frames) === received, `its last frame counts ${record.frames}, and ${received} came`)
      hasLeft = true
    }
  }

  function onPart(part: Extract<LiteralRecord, { kind: 'content_part' }>): void {
    const joined = judged(() => takePart(parts, part))
    ensureKept('value' in joined, `its part is refused: ${'code' in joined && joined.code}`)
    if (joined.value === undefined) return
    const whole = joined.value
    const read = judged(() => {
      const content = decodeContent(whole)
      return { ...content, fields: decodeBody(content.kind, content.body)?.fields }
    })
    ensureKept('value' in read, `its content is refused: ${'code' in read && read.code}`)
    const { id, sequence, fields } = read.value
    heard.push({ id, sequence, text: String(fields?.['text']) })
  }

  function onHash(epoch: number, other: Uint8Array): void {
    ensureKept(epoch === place.epoch, `its hash is of epoch ${epoch}, and the two met in ${place.epoch}`)
    ensureKept(peerHash === undefined, 'it sends a second hash')
    peerHash = other
    const order = Buffer.compare(hash, other)
    if (order > 0) return
    const least = Math.max(candidate.epoch, place.epoch - 1)
    const given = { root: rootAt(candidate.root, candidate.epoch, least), epoch: least }
    if (order < 0) send({ kind: 'rendezvous_root', ...given })
    settle(given)
  }

  function onRoot(epoch: number, root: Uint8Array): void {
    ensureKept(peerHash !== undefined && !isAgreed, 'it sends a root that was not to come')
    ensureKept(epoch === place.epoch || epoch === place.epoch - 1, `its root is of epoch ${epoch}`)
    ensureKept(same(rootHash(rootAt(root, epoch, place.epoch)), peerHash), 'its root is not the one that it announced')
    settle({ root, epoch })
  }

  function settle(root: NonNullable<typeof own.root>): void {
    isAgreed = true
    if (choice.notice) own.rootBeside = root
    else own.root = root
  }

  const listening = listen().catch((error: unknown) => {
    failure = error
  })
  void listening.then(() => {
    isOver = true
    channel.close()
    changed()
  })
  if (offers) {
    own.kept = stored(own.kept, 'initiator', choice, keys.continuity)
    announce()
  }
  await until('its first frame and a root', () => (isConfirmed && isAgreed) || undefined)

  return {
    choice,
    introduced,
    turns,
    say({ id, sequence, text }) {
      const body = write([[1, new TextEncoder().encode(text)]])
      let rest = encodeContent({ id, sequence, writtenAt: Date.now(), expirySeconds: 0, kind: TEXT, body })
      while (rest.length > 0) {
        const data = rest.slice(0, ratchet.due ? PART_MOST_IN_TURN : PART_MOST)
        rest = rest.slice(data.length)
        send({ kind: 'content_part', stream: STREAM, last: rest.length === 0, data })
      }
    },
    acknowledged: (id) => until('its receipt', () => receipts.has(hex(id)) || undefined),
    hear: () => until('its text', () => heard.shift()),
    acknowledge: (id) => send({ kind: 'receipt', contents: [id] }),
    drop: () => channel.close(),
    async left() {
      await until('its last frame', () => hasLeft || undefined)
      send({ kind: 'last', frames: BigInt(sent) })
      await listening
    },
  }
}
