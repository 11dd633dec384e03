/** Long conversations with turns, and frames that must not come: spec/08. */
import fc from 'fast-check'
import { hex } from '../../literal/bytes.js'
import type { Role } from '../../literal/noise.js'
import { OLD_CHAIN_FRAMES, openFrame, ROOM, sealFrame } from '../../literal/ratchet.js'
import { bytesOf, ensureRefused, ensureSame } from '../vectors/judge.js'
import { type ClientCase, clientCase, drawOf, draws, propertyCase } from './client.js'
import { damage, damaged, judged, judgedAlike } from './damage.js'
import { drawFirst, hear, hearAll, openCall, type Step, say, startTalk, type Talk, take } from './talk.js'

const features = ['ratchet']
const subject = 'ratchet'
const promises = ['T7']

export const step: fc.Arbitrary<Step> = fc.record({
  side: fc.constantFrom('testee' as const, 'peer' as const),
  act: fc.constantFrom('say' as const, 'hear' as const),
  wait: fc.boolean(),
  fill: fc.double({ min: 0, max: 1, noNaN: true }),
})

export const ROLES = ['initiator', 'responder'] as const

const role = fc.constantFrom<Role>(...ROLES)

/** Never sealed for the testee at this place: an old one, one too early, its own, a changed one. */
const WRONG = {
  replayed: {
    title: 'refuses a frame that came before, and goes on',
    rules: ['08-3', '08-4', '13-3'],
    explain: 'Somebody who sends a recorded frame again must not make a message appear twice.',
    frame: (talk: Talk, at: number) =>
      pick(
        talk.frames.filter((one) => isPast(talk, one, 'testee')),
        at,
      ),
  },
  skipped: {
    title: 'refuses a frame before those that it must follow, and goes on',
    rules: ['08-3', '08-4', '13-3'],
    explain: 'The channel keeps order; a gap means that something was taken out.',
    frame: (talk: Talk, at: number) => pick(talk.coming.testee.slice(1), at),
  },
  reflected: {
    title: 'refuses its own frames, and goes on',
    rules: ['08-3', '08-4', '13-3'],
    explain: 'Who sends a side its own frames back must not be taken for the other one.',
    frame: (talk: Talk, at: number) =>
      pick(
        talk.frames.filter(({ from }) => from === 'testee'),
        at,
      ),
  },
} as const

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(1, list.length)]
}

function isPast({ coming }: Talk, one: Talk['frames'][number], at: 'testee'): boolean {
  return one.from === 'peer' && !coming[at].includes(one)
}

/** The frame is refused as the testee's twin refuses it; if the twin takes it, it is the right one and nothing is asked. */
async function ensureFrameRefused(talk: Talk, frame: Uint8Array): Promise<void> {
  const literal = judged(() => openFrame(structuredClone(talk.ratchets.testee), frame))
  if ('code' in literal) await judgedAlike(talk.testee, openCall(frame), literal)
}

const runs = fc.record({ seed: draws, role, steps: fc.array(step, { minLength: 20, maxLength: 60 }), at: fc.nat() })

const conversationCases = ROLES.map((own) =>
  propertyCase({
    subject,
    name: `conversation-as-${own}`,
    title: `talks as ${own}: turns that cross and wait, bursts, frames of every filling`,
    promises,
    rules: ['08-1', '08-2', '08-3', '08-4', '08-7'],
    explain:
      'Each frame is compared with what the other side must see, and opens there. One draw that is not the request’s, one key that stays, and a frame differs.',
    features,
    runs: 4,
    arbitrary: fc.record({ seed: draws, steps: fc.array(step, { minLength: 80, maxLength: 160 }) }),
    async holds(testee, { seed, steps }) {
      const draw = drawOf(seed)
      const talk = await startTalk(testee, own, drawFirst(draw), draw)
      for (const one of steps) await take(talk, one)
      await hearAll(talk)
    },
  }),
)

const wrongCases = Object.entries(WRONG).map(([name, { frame, ...described }]) =>
  propertyCase({
    subject,
    name,
    ...described,
    promises,
    features,
    runs: 5,
    arbitrary: runs,
    async holds(testee, { seed, role: own, steps, at }) {
      const draw = drawOf(seed)
      const talk = await startTalk(testee, own, drawFirst(draw), draw)
      for (const [i, one] of steps.entries()) {
        await take(talk, one)
        const wrong = frame(talk, at + i)
        if (wrong) await ensureFrameRefused(talk, wrong.frame)
      }
      await hearAll(talk)
    },
  }),
)

const damagedCase = propertyCase({
  subject,
  name: 'damaged',
  title: 'refuses a frame that was changed, for the first reason in the order, and goes on',
  promises,
  rules: ['08-1', '08-4', '13-3'],
  explain: 'Bits, bytes and lengths of header and ciphertext. After each refusal the right frame still opens.',
  features,
  runs: 5,
  arbitrary: fc.record({
    seed: draws,
    role,
    steps: fc.array(fc.record({ step, how: damage }), { minLength: 20, maxLength: 60 }),
  }),
  async holds(testee, { seed, role: own, steps }) {
    const draw = drawOf(seed)
    const talk = await startTalk(testee, own, drawFirst(draw), draw)
    for (const { step: one, how } of steps) {
      await take(talk, one)
      const [next] = talk.coming.testee
      if (next) await ensureFrameRefused(talk, damaged(next.frame, how))
    }
    await hearAll(talk)
  },
})

/** Both sides until a turn of the testee is on its way that the peer does not hear of. */
async function untilOldChain(talk: Talk, own: Role): Promise<void> {
  const opening =
    own === 'initiator' ? (['testee', 'peer', 'testee'] as const) : (['peer', 'testee', 'peer', 'testee'] as const)
  for (const [i, side] of opening.entries()) {
    await say(talk, side, true, new Uint8Array(i))
    if (i < opening.length - 1) await hear(talk, side === 'testee' ? 'peer' : 'testee')
  }
}

const oldChainCases = ROLES.map((own) =>
  clientCase({
    subject,
    name: `old-chain-as-${own}`,
    title: `takes ${OLD_CHAIN_FRAMES} frames on the old chain as ${own}, and not one more`,
    promises,
    rules: ['08-9'],
    explain: 'A side that never takes the new key would keep an old one useful to a thief for ever.',
    features,
    async run({ testee, seed }) {
      const draw = drawOf(seed)
      const talk = await startTalk(testee, own, drawFirst(draw), draw)
      await untilOldChain(talk, own)
      const padded = new Uint8Array(ROOM)
      const { peer } = talk.ratchets
      for (let i = 0; i < OLD_CHAIN_FRAMES; i++) {
        const { frame } = sealFrame(peer, padded)
        ensureSame(`frame ${i} of the old chain`, await bytesOf(testee, openCall(frame)), hex(padded))
      }
      await ensureRefused(testee, openCall(sealFrame(peer, padded).frame), 'chain_too_long')
    },
  }),
)

export const ratchetCases: readonly ClientCase[] = [...conversationCases, ...wrongCases, damagedCase, ...oldChainCases]
