/** Frames that are none, too long or too many, and a recipient that does not read (spec/06 sections 3 to 5). */
import { ClientFrame, RefusalReason } from '@solo2/proto/introduction'
import { join } from '../../literal/bytes.js'
import { ensureKept } from '../../src/case.js'
import { random, type ServerCase } from './subject.js'
import { admitted, expectEnd, on, sendFrame, signal, topic, type Visit } from './visit.js'

const encode = (frame: ClientFrame['frame']) => ClientFrame.encode({ frame }).finish()

const meeting = topic()
const joinFrame = encode({ $case: 'join', value: { topics: [meeting] } })
/** A good frame whose bytes are letters and control characters: as text it is none. */
const joinText = Buffer.from(
  encode({ $case: 'join', value: { topics: [random(16).map((byte) => 0x61 + (byte & 15))] } }),
)

/** Each breaks one thing of section 3's table. */
const MALFORMED: readonly (readonly [string, Uint8Array | string])[] = [
  ['a text message', 'words'],
  ['a good frame as text', joinText.toString('latin1')],
  ['an empty message', new Uint8Array(0)],
  ['no protobuf', Uint8Array.of(0xff, 0xff, 0xff)],
  ['an unknown frame', Uint8Array.of(0x7a, 0x00)],
  ['a truncated frame', joinFrame.subarray(0, joinFrame.length - 1)],
  ['an unknown field behind', join(joinFrame, Uint8Array.of(0x78, 1))],
  ['two frames in one', join(joinFrame, joinFrame)],
  ['a longer varint than needed', join(Uint8Array.of(0x12, 0x92, 0x00), joinFrame.subarray(2))],
  ['a topic of 15 bytes', encode({ $case: 'join', value: { topics: [random(15)] } })],
  ['a topic of 17 bytes', encode({ $case: 'join', value: { topics: [random(17)] } })],
  ['no topic', encode({ $case: 'join', value: { topics: [] } })],
  ['257 topics', encode({ $case: 'join', value: { topics: Array.from({ length: 257 }, topic) } })],
  ['a signal of 4,095 bytes', encode(sendFrame(meeting, random(4_095)))],
  ['a signal of 4,097 bytes', encode(sendFrame(meeting, random(4_097)))],
  ['no signal', encode(sendFrame(meeting, new Uint8Array(0)))],
  ['a Send to a topic of 8 bytes', encode(sendFrame(random(8), signal()))],
  ['a wake token of 31 bytes', encode({ $case: 'wake', value: { token: random(31) } })],
]

const malformed: ServerCase = {
  id: 'server/introduction/malformed',
  title: 'what is no canonical frame, or has another size, is refused and ends the socket',
  promises: ['T6'],
  rules: ['06-7', '06-17'],
  explain:
    'Text, broken protobuf, encodings that are not canonical, topics and signals of other lengths and counts outside the table are sent, each on a fresh socket. Each must be refused as MALFORMED and closed with 4001, and none may reach somebody else.',
  longestMs: 120_000,
  async run(subject, seen) {
    const witness = await on(subject, meeting)
    for (const [what, bytes] of MALFORMED) {
      const visit = await on(subject, topic())
      visit.bytes(bytes)
      await expectEnd(visit, RefusalReason.MALFORMED).catch((error: Error) => {
        throw Object.assign(error, { message: `${what}: ${error.message}` })
      })
    }
    ensureKept((await witness.settled(meeting)).length === 0, 'something of it was delivered')
    seen.note(`${MALFORMED.length} frames were refused`)
    await witness.end()
  },
}

const long: ServerCase = {
  id: 'server/introduction/too-long',
  title: 'a frame of more than 8,192 bytes is refused before it is decoded, a far longer one ends the socket at once',
  promises: ['T2'],
  rules: ['06-7', '06-17'],
  explain:
    'Frames of 8,193 bytes, of good and of no protobuf, must be refused as TOO_LONG and closed with 4002; one of a mebibyte must not be taken either.',
  async run(subject) {
    for (const bytes of [new Uint8Array(8_193).fill(0xff), join(joinFrame, new Uint8Array(8_193))]) {
      const visit = await admitted(subject)
      visit.bytes(bytes)
      await expectEnd(visit, RefusalReason.TOO_LONG)
    }
    const visit = await admitted(subject)
    visit.bytes(new Uint8Array(1 << 20))
    const code = await visit.ended()
    ensureKept(code !== 1000, `closed with ${code}`)
  },
}

/** Four times what the chapter recommends to let pass at once, and to refuse before the end. */
const FRAMES = 4_096

const rate: ServerCase = {
  id: 'server/introduction/rate',
  title: 'frames that come too fast are refused with a wait, and who goes on regardless is closed',
  promises: ['T2'],
  rules: ['06-15', '06-17'],
  explain:
    'A socket sends frames as fast as it can. It must be told RATE with a wait, and be closed with 4010 when it does not stop; a server that takes 4,096 at once does not limit them.',
  async run(subject, seen) {
    const visit = await on(subject, topic())
    const frame = encode({ $case: 'leave', value: { topics: [topic()] } })
    for (let n = 0; n < FRAMES; n++) visit.bytes(frame)
    const { reason, retryAfterMs } = await visit.expect('refusal')
    ensureKept(reason === RefusalReason.RATE && retryAfterMs > 0, `refused for reason ${reason}, wait ${retryAfterMs}`)
    seen.note(`the first wait is ${retryAfterMs} ms`)
    const code = await visit.ended()
    ensureKept(code === 4010, `closed with ${code}`)
  },
}

/** Sockets that send, and signals of each: more than a connection keeps on its way. */
const SENDERS = 5
const SIGNALS = 480

const slow: ServerCase = {
  id: 'server/introduction/slow-recipient',
  title: 'a recipient that does not read costs its senders a refusal, and no signal is lost without a word',
  promises: ['T2'],
  rules: ['06-14', '06-17', '06-5'],
  explain:
    'Five sockets send 480 signals each to one that reads nothing. From some point on they must be told SLOW_RECIPIENT; when it reads again, what comes and what was refused must be all that was sent, and others must have been served meanwhile.',
  longestMs: 60_000,
  async run(subject, seen) {
    const topics = Array.from({ length: SENDERS }, topic)
    const recipient = await on(subject, ...topics)
    const senders: Visit[] = []
    for (const each of topics) senders.push(await on(subject, each))
    recipient.socket.pause()
    let refused = 0
    for (const [at, sender] of senders.entries()) {
      const about = topics[at] as Uint8Array
      for (let n = 0; n < SIGNALS; n++) sender.frame(sendFrame(about, signal()))
      for (const frame of await sender.settled(about)) {
        const reason = frame.$case === 'refusal' ? frame.value.reason : frame.$case
        ensureKept(reason === RefusalReason.SLOW_RECIPIENT, `a sender gets ${reason}`)
        refused += 1
      }
    }
    recipient.socket.resume()
    let came = 0
    for (const frame of await recipient.settled(topics[0] as Uint8Array)) {
      ensureKept(frame.$case === 'delivery', `the recipient gets ${frame.$case}`)
      came += 1
    }
    seen.note(`${came} came, ${refused} were refused`)
    ensureKept(came + refused === SENDERS * SIGNALS, `${came} came and ${refused} were refused of ${SENDERS * SIGNALS}`)
    ensureKept(refused > 0, 'a recipient that reads nothing is fed without end')
    for (const visit of [recipient, ...senders]) await visit.end()
  },
}

export const frameCases: readonly ServerCase[] = [malformed, long, rate, slow]
