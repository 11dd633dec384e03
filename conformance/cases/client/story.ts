/**
 * Whole stories of two people: they meet, talk, lose the tunnel with what was under way, meet again on the next day. What psk0
 * is each time, and whether a notice shows, is the table of spec/07 section 8.
 */

import type { Choice } from '../../literal/continuity.js'
import { encodeBlock } from '../../literal/frame.js'
import { moveSecret } from '../../literal/handshake.js'
import { encodeSignal } from '../../literal/signals.js'
import { ensureKept } from '../../src/case.js'
import { bytesOf, ensureSame, hex } from '../vectors/judge.js'
import { type ClientCase, clientCase, drawOf } from './client.js'
import { converse } from './converse.js'
import { padded } from './introduction.js'
import {
  forgetful,
  introduce,
  type Lost,
  type Met,
  meet,
  newStory,
  otherOf,
  type Story,
  shakeHands,
  talkOver,
} from './meeting.js'
import { ROLES } from './ratchet.js'
import { hear, type Side, say, type Talk } from './talk.js'

const features = ['frame', 'introduction', 'handshake', 'ratchet', 'content']

interface Episode {
  /** What happens before they meet. */
  readonly before?: (story: Story) => void
  readonly lost?: Lost
  readonly kind: Choice['kind']
  /** Who shows a notice. */
  readonly notice?: Side
  /** They end their first tunnel by a move to another path, and talk on there. */
  readonly moves?: true
}

interface Told {
  readonly name: string
  readonly title: string
  readonly promises: readonly string[]
  readonly rules: readonly string[]
  readonly explain: string
  readonly episodes: readonly Episode[]
}

function lose(side: Side): (story: Story) => void {
  return ({ parties }) => {
    Object.assign(parties[side], { kept: {}, invitations: [], root: undefined, rootBeside: undefined })
  }
}

function invite({ parties, draw }: Story): void {
  const secret = draw(32)
  for (const party of [parties.testee, parties.peer]) party.invitations = [secret]
}

const STORIES: readonly Told[] = [
  {
    name: 'again-and-again',
    title: 'meets, talks, loses the tunnel and meets again, each time with the secret of the last one',
    promises: ['T1', 'T6', 'T7'],
    rules: ['06-25', '07-6', '07-9', '07-13', '07-14', '07-15'],
    explain:
      'First by pairing topic and without a secret, then by contact topic and with the secret of the tunnel before.',
    episodes: [{ kind: 'none' }, { kind: 'continuity' }, { kind: 'continuity' }],
  },
  {
    name: 'first-frame-lost',
    title: 'meets again without an alarm when the first frame of all was lost',
    promises: ['T7'],
    rules: ['07-13', '07-14'],
    explain:
      'The initiator stored a secret that the responder never learned of; both come without it, and no notice shows.',
    episodes: [{ lost: 'first', kind: 'none' }, { kind: 'none' }, { kind: 'continuity' }],
  },
  {
    name: 'first-frame-lost-later',
    title: 'meets again with the secret before when a later first frame was lost',
    promises: ['T7'],
    rules: ['07-13', '07-14'],
    explain:
      'The initiator holds the new secret and the one used; the responder only the one used, and that is the match.',
    episodes: [{ kind: 'none' }, { lost: 'first', kind: 'continuity' }, { kind: 'continuity' }],
  },
  {
    name: 'answer-lost',
    title: 'meets again with the new secret when the answer to it was lost',
    promises: ['T7'],
    rules: ['07-14', '07-15'],
    explain:
      'The responder stored the new secret, and the initiator does not know that it did: the new one is the match.',
    episodes: [{ lost: 'answer', kind: 'none' }, { lost: 'answer', kind: 'continuity' }, { kind: 'continuity' }],
  },
  {
    name: 'other-side-restored',
    title: 'shows a notice when the other side comes without the secret, and until a person answers',
    promises: ['T7'],
    rules: ['07-16', '07-19', '07-20', '06-29'],
    explain: 'Restored from a backup, or a thief of one. What was held stays, the new secret is kept beside it.',
    episodes: [
      { kind: 'none' },
      { before: lose('peer'), kind: 'none', notice: 'testee' },
      { kind: 'continuity', notice: 'testee' },
    ],
  },
  {
    name: 'restored',
    title: 'comes back without its secrets, and is met like a stranger',
    promises: ['T7'],
    rules: ['07-9', '07-20'],
    explain: 'The other side holds a secret and sees a notice; the one that lost everything does not.',
    episodes: [
      { kind: 'none' },
      { before: lose('testee'), kind: 'none', notice: 'peer' },
      { kind: 'continuity', notice: 'peer' },
    ],
  },
  {
    name: 'invited',
    title: 'meets by an invitation, which is spent then',
    promises: ['C5'],
    rules: ['07-9', '07-17'],
    explain: 'The secret of the link is psk0 of the first tunnel; an attempt that failed does not spend it.',
    episodes: [{ before: invite, lost: 'first', kind: 'invitation' }, { kind: 'invitation' }, { kind: 'continuity' }],
  },
  {
    name: 'invited-and-lost',
    title: 'knows an invitation as spent although the answer to its first frame was lost',
    promises: ['C5'],
    rules: ['07-13', '07-17'],
    explain:
      'The next match shows the initiator that the other side stored the secret: then the invitation is over for both.',
    episodes: [{ before: invite, lost: 'answer', kind: 'invitation' }, { kind: 'continuity' }],
  },
  {
    name: 'moved',
    title: 'moves a tunnel to another path and talks on there, with continuity and root as before',
    promises: ['T8'],
    rules: ['09-22', '09-23'],
    explain:
      'The second tunnel grows out of the first: signals inside, psk0 from its exporter, its hash in the prologue.',
    episodes: [
      { kind: 'none', moves: true },
      { kind: 'continuity', moves: true },
    ],
  },
]

/** Texts of random sizes both ways, in bursts. */
async function talkAWhile(story: Story, talk: Talk): Promise<void> {
  const [bursts] = [...story.draw(1)] as [number]
  let sequence = 0
  for (let i = 0; i < 2 + (bursts % 2); i++) {
    const [side, times, high, low] = [...story.draw(4)] as [number, number, number, number]
    for (let j = 0; j <= times % 2; j++) {
      // Mostly a line, at times several frames.
      const length = 1 + (high % 8 === 0 ? high * 64 + low : low)
      sequence += 1
      await converse(
        story,
        talk,
        side % 2 === 0 ? 'testee' : 'peer',
        'tunnel '.repeat(length).slice(0, length),
        sequence,
      )
    }
  }
}

/** Sealed and never heard of again. */
async function loseTunnel(talk: Talk): Promise<void> {
  for (const side of ['testee', 'peer'] as const) await say(talk, side, talk.ratchets[side].due, new Uint8Array(3))
}

/** spec/09 section 8, to the first texts on the new tunnel. */
async function move(story: Story, { talk, keys }: Met): Promise<void> {
  const carry = async (from: Side, signal: Parameters<typeof encodeSignal>[0]): Promise<Uint8Array> => {
    // A MoveSignal does not fit a turn's first frame.
    if (talk.ratchets[from].due) await say(talk, from, true, new Uint8Array(0))
    await say(talk, from, false, encodeBlock([{ kind: 'move_signal', signal: encodeSignal(signal) }]))
    while (talk.coming[otherOf(from)].length > 0) await hear(talk, otherOf(from))
    return padded(signal)
  }
  const { hellos, prologue } = await introduce(forgetful(story), carry, new Uint8Array(keys.h))
  const { nonce } = hellos[story.role === 'initiator' ? 'testee' : 'peer']
  const psk0 = moveSecret(keys.exporter, nonce)
  const value = { exporter: keys.exporter, nonce }
  ensureSame('the secret of the move', await bytesOf(story.testee, { $case: 'moveSecret', value }), hex(psk0))
  const second = await talkOver(story, await shakeHands(story, psk0, prologue))
  const first = story.role === 'initiator' ? 'testee' : 'peer'
  await say(second, first, true, new Uint8Array(0))
  await hear(second, otherOf(first))
  await talkAWhile(story, second)
}

async function live(
  story: Story,
  { before, lost = 'nothing', kind, notice, moves }: Episode,
  at: number,
): Promise<void> {
  before?.(story)
  const met = await meet(story, lost)
  for (const side of ['testee', 'peer'] as const) {
    const got = met.kinds[side]
    ensureKept(got === kind, `meeting ${at}: the match of the ${side} is "${got}", not "${kind}"`)
    const shows = met.notices[side]
    ensureKept(
      shows === (notice === side),
      `meeting ${at}: a notice ${shows ? 'shows' : 'does not show'} at the ${side}`,
    )
  }
  story.epoch += 1
  if (lost !== 'nothing') return
  await talkAWhile(story, met.talk)
  if (moves) await move(story, met)
  else await loseTunnel(met.talk)
}

export const storyCases: readonly ClientCase[] = STORIES.flatMap(({ name, title, episodes, ...rest }) =>
  ROLES.map((role) =>
    clientCase({
      subject: 'story',
      name: `${name}-as-${role}`,
      title: `${title}, as ${role}`,
      ...rest,
      features,
      async run({ testee, seed, times }) {
        for (let i = 0; i < times; i++) {
          const story = newStory(testee, role, drawOf(seed + i))
          for (const [at, episode] of episodes.entries()) await live(story, episode, at + 1)
          const { invitations } = story.parties.testee
          ensureKept(invitations.length === 0, 'an invitation is not spent, though two met by it')
        }
      },
    }),
  ),
)
