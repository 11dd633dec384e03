/** Two people over a real server and a real data channel: the testee is one, the transcription the other (spec/15 section 2.3). */
import type { LiveFacts } from '@solo2/proto/conformance'
import { hex } from '../../literal/bytes.js'
import { rootAt } from '../../literal/rendezvous.js'
import { Broken, ensureKept, Untestable } from '../../src/case.js'
import type { Testee } from '../../src/testee/testee.js'
import { random } from '../server/subject.js'
import { tickets } from '../server/visit.js'
import { answerOf, ensureSame } from '../vectors/judge.js'
import { type Client, type ClientCase, clientCase } from './client.js'
import { ensureKeptSame, wireKept } from './handshake.js'
import type { LivePair } from './live-meeting.js'
import { openStranger } from './live-stranger.js'
import { type LiveTunnel, meetLive, type Text } from './live-tunnel.js'
import type { Party } from './meeting.js'
import { drawPerson, ownWire, peerWire } from './people.js'

const NONE = new Uint8Array(0)
/** More than two frames. */
const LONG = 9_000
const features = ['live']

type Role = 'offerer' | 'answerer'

interface Live {
  readonly testee: Testee
  readonly pair: LivePair
  sequence: number
}

function newLive({ testee, server }: Client, role: Role): Live {
  if (server === undefined) throw new Untestable('it needs a server: --server URL')
  const party = (): Party => ({
    person: drawPerson(random),
    device: random(16),
    kept: {},
    invitations: [],
    root: undefined,
    rootBeside: undefined,
  })
  const pair = { server, own: party(), testee: party(), offers: role === 'answerer', channels: [] }
  return { testee, pair, sequence: 0 }
}

/** The testee holds what the runner's side holds of the same tunnels: after a confirmation that is the same in both roles. */
async function open({ testee, pair }: Live, sockets: number): Promise<void> {
  const { server, own, offers } = pair
  const { root = NONE, epoch = 0 } = own.root ?? {}
  const value = {
    url: `${server.origin.replace(/^http/, 'ws')}/v1/introduction`,
    tickets: await tickets(server, sockets),
    own: ownWire(pair.testee.person),
    peer: peerWire(own.person),
    device: pair.testee.device,
    offers: !offers,
    kept: wireKept(own.kept),
    invitations: [],
    root,
    rootEpoch: epoch,
  }
  await answerOf(testee, { $case: 'liveOpen', value }, 'done')
}

/** Both at once; the testee's request has its answer also where the runner's side fails. */
async function both<T>(asked: Promise<unknown>, done: Promise<T>): Promise<T> {
  const [answer, result] = await Promise.allSettled([asked, done])
  if (result.status === 'rejected') throw result.reason
  if (answer.status === 'rejected') throw answer.reason
  return result.value
}

async function meet({ testee, pair }: Live, number: number, kind: LiveFacts['kind']): Promise<LiveTunnel> {
  const facts = answerOf(testee, { $case: 'liveMeet', value: { tunnel: number } }, 'liveFacts')
  const tunnel = await both(facts, meetLive(pair))
  const got = await facts
  ensureKept(tunnel.choice.kind === kind, `the match of the runner is "${tunnel.choice.kind}", not "${kind}"`)
  ensureKept(got.kind === kind, `the match of the testee is "${got.kind}", not "${kind}"`)
  ensureKept(!got.notice && !tunnel.choice.notice, 'a notice shows')
  const { own } = pair
  ensureKeptSame('what it keeps', got.kept, own.kept)
  const { epoch } = tunnel.introduced.place
  const moved = (root: Uint8Array, from: number): string => hex(rootAt(root, from, epoch))
  ensureKept(got.rootEpoch <= epoch && own.root !== undefined, 'a root is of an epoch that is still to come')
  ensureSame('its root', moved(got.root, got.rootEpoch), moved(own.root.root, own.root.epoch))
  return tunnel
}

function textOf(live: Live, text: string): Text {
  live.sequence += 1
  return { id: random(16), sequence: live.sequence, text }
}

function sayCall({ id, sequence, text }: Text) {
  const envelope = { id, sequence: BigInt(sequence), writtenAt: BigInt(Date.now()), kind: 1, body: NONE }
  const body = { $case: 'text', value: { text, replyTo: NONE } } as const
  return { $case: 'liveSay', value: { content: { envelope: { ...envelope, expirySeconds: 0 }, body } } } as const
}

/** The testee says it, and hears of the receipt. */
async function testeeSays({ testee }: Live, tunnel: LiveTunnel, said: Text): Promise<void> {
  await both(answerOf(testee, sayCall(said), 'done'), heardByRunner(tunnel, said))
}

async function heardByRunner(tunnel: LiveTunnel, said: Text): Promise<void> {
  const got = await tunnel.hear()
  ensureSame('the ID of its text', hex(got.id), hex(said.id))
  ensureKept(got.text === said.text, `its text of ${said.text.length} characters comes as another`)
  tunnel.acknowledge(got.id)
}

async function testeeHears({ testee }: Live, tunnel: LiveTunnel, said: Text): Promise<void> {
  const { envelope, body } = await answerOf(testee, { $case: 'liveHear', value: {} }, 'content')
  ensureSame('the ID of what it heard', hex(envelope?.id ?? NONE), hex(said.id))
  const text = body?.$case === 'text' ? body.value.text : undefined
  ensureKept(text === said.text, `a text of ${said.text.length} characters comes as another at the testee`)
  await tunnel.acknowledged(said.id)
}

/** Lines and long texts both ways, one after the other and crossing. */
async function talk(live: Live, tunnel: LiveTunnel): Promise<void> {
  for (const length of [1, 40, LONG]) {
    const [said, answer] = ['tunnel '.repeat(length).slice(0, length), 'light '.repeat(length).slice(0, length)]
    const first = textOf(live, said)
    tunnel.say(first)
    await testeeHears(live, tunnel, first)
    await testeeSays(live, tunnel, textOf(live, answer))
  }
  const crossing = [textOf(live, 'one'), textOf(live, 'two')]
  for (const one of crossing) tunnel.say(one)
  await testeeSays(live, tunnel, textOf(live, 'three'))
  for (const one of crossing) await testeeHears(live, tunnel, one)
  ensureKept(tunnel.turns.size >= 3, `its ratchet turned ${tunnel.turns.size} times in a conversation`)
}

async function end({ testee }: Live, tunnel: LiveTunnel): Promise<void> {
  await both(answerOf(testee, { $case: 'liveEnd', value: {} }, 'done'), tunnel.left())
}

interface Told {
  readonly name: string
  readonly title: string
  readonly promises: readonly string[]
  readonly rules: readonly string[]
  readonly explain: string
  run(live: Live): Promise<void>
}

const STORIES: readonly Told[] = [
  {
    name: 'again',
    title: 'meets on a server, talks over a data channel, ends the tunnel, and meets again with its secret',
    promises: ['T1', 'T7'],
    rules: ['06-41', '06-44', '06-47', '06-48', '07-14', '07-22', '09-16', '09-20', '15-11'],
    explain:
      'Strangers meet on a pairing topic, talk both ways in lines and texts of several frames, and part by Last. The second time they meet on the contact topic of the root that both keep, and the continuity of the first tunnel is psk0.',
    async run(live) {
      await open(live, 1)
      const first = await meet(live, 1, 'none')
      await talk(live, first)
      await end(live, first)
      await open(live, 1)
      const second = await meet(live, 1, 'continuity')
      await talk(live, second)
      await end(live, second)
    },
  },
  {
    name: 'lost',
    title: 'looks for the other side anew when the channel is lost, and says again what was not acknowledged',
    promises: ['T1', 'T7'],
    rules: ['06-53', '06-55', '09-8', '09-21', '15-10'],
    explain:
      'The channel ends without a word while a text of the testee waits for its receipt. It joins again with another ticket and says that text on the next tunnel. What it heard before comes once more, and must be acknowledged and not be heard twice.',
    async run(live) {
      await open(live, 2)
      const first = await meet(live, 1, 'none')
      const heard = textOf(live, 'once')
      first.say(heard)
      await testeeHears(live, first, heard)
      const waiting = textOf(live, 'said twice')
      const { testee } = live
      const said = answerOf(testee, sayCall(waiting), 'done')
      const again = async (): Promise<LiveTunnel> => {
        await first.hear()
        first.drop()
        const second = await meetLive(live.pair)
        await heardByRunner(second, waiting)
        return second
      }
      const second = await both(said, again())
      ensureKept(second.choice.kind === 'continuity', 'the second tunnel has not the secret of the first')
      second.say(heard)
      const next = textOf(live, 'next')
      second.say(next)
      await testeeHears(live, second, next)
      await second.acknowledged(heard.id)
      await end(live, second)
    },
  },
  {
    name: 'strangers',
    title: 'gives no answer to signals that are reflected, replayed, foreign or noise, and meets all the same',
    promises: ['T6'],
    rules: ['06-33', '06-43'],
    explain:
      'Somebody else is on the topic first, sends noise, a Hello of a stranger and an Offer that quotes another nonce, and sends back whatever comes. Until the testee offers or answers, it must have sent its one Hello, twice at most.',
    async run(live) {
      const stranger = await openStranger(live.pair)
      await open(live, 1)
      await stranger.disturb()
      const tunnel = await meet(live, 1, 'none')
      const problem = stranger.judge()
      if (problem !== undefined) throw new Broken(problem)
      await talk(live, tunnel)
      await end(live, tunnel)
    },
  },
]

export const liveCases: readonly ClientCase[] = STORIES.flatMap(({ name, title, run, ...rest }) =>
  (['offerer', 'answerer'] as const).map((role) =>
    clientCase({
      subject: 'live',
      name: `${name}-as-${role}`,
      title: `${title}, as ${role}`,
      ...rest,
      features,
      async run(client) {
        const live = newLive(client, role)
        try {
          await run(live)
        } finally {
          for (const channel of live.pair.channels) channel.close()
        }
      },
    }),
  ),
)
