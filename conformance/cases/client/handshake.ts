/** The handshake with any keys, in both roles, and what is chosen and kept around it: spec/07. */
import type { HandshakeKeys, Kept } from '@solo2/proto/conformance'
import fc from 'fast-check'
import { partyI, partyR, type Secrets, secrets } from '../../generate/handshake-run.js'
import type { Draw } from '../../generate/random.js'
import { hex, same } from '../../literal/bytes.js'
import { type Continuity, choose, confirmed, type Pair, stored, tag } from '../../literal/continuity.js'
import * as literal from '../../literal/handshake.js'
import { mlkemPublic, x25519Public } from '../../literal/primitives.js'
import { ensureKept } from '../../src/case.js'
import type { Testee } from '../../src/testee/testee.js'
import { answerOf, bytesOf, ensureSame } from '../vectors/judge.js'
import { type ClientCase, drawOf, draws, propertyCase } from './client.js'
import { type Damage, damage, damaged, judged, judgedAlike } from './damage.js'

const features = ['handshake']
const subject = 'handshake'
const SESSION = 1
const NONE = new Uint8Array(0)

export function wireKept({ held, beside }: Continuity): Kept {
  const pair = (one: Pair | undefined): Kept['held'] =>
    one && {
      newest: one.new,
      used: one.used instanceof Uint8Array ? one.used : NONE,
      usedIsNone: one.used === 'none',
      usedIsInvitation: one.usedIsInvitation,
    }
  return { held: pair(held), beside: pair(beside) }
}

export function literalKept({ held, beside }: Kept): Continuity {
  const pair = (one: NonNullable<Kept['held']>): Pair => ({
    new: one.newest,
    used: one.used.length > 0 ? one.used : one.usedIsNone ? 'none' : 'absent',
    usedIsInvitation: one.usedIsInvitation,
  })
  return { ...(held && { held: pair(held) }), ...(beside && { beside: pair(beside) }) }
}

function usedText({ used, usedIsInvitation }: Pair): string {
  if (!(used instanceof Uint8Array)) return used
  return usedIsInvitation ? `${hex(used)} of an invitation` : hex(used)
}

export function keptText(kept: Continuity): string {
  const pair = (one: Pair | undefined): string => (one ? `${hex(one.new)} ${usedText(one)}` : 'nothing')
  return `held ${pair(kept.held)}, beside ${pair(kept.beside)}`
}

export function ensureKeptSame(what: string, got: Kept | undefined, expected: Continuity): void {
  const [has, must] = [keptText(literalKept(got ?? { held: undefined, beside: undefined })), keptText(expected)]
  ensureKept(has === must, `${what} is ${has}, not ${must}`)
}

export function ensureKeys(
  side: string,
  got: HandshakeKeys | undefined,
  keys: literal.TunnelKeys,
  first: FirstPublic,
): void {
  ensureKept(got !== undefined, `the ${side} has no keys`)
  const expected = [
    ['hash', keys.h],
    ['rootKey', keys.rk0],
    ['continuity', keys.continuity],
    ['exporter', keys.exporter],
    ['rendezvousRoot', keys.rendezvousRoot],
    ['ratchetKey', first.X0],
    ['ratchetKemKey', first.ek0],
  ] as const
  for (const [name, value] of expected) ensureSame(`${name} of the ${side}`, hex(got[name]), hex(value))
}

export interface FirstPublic {
  readonly X0: Uint8Array
  readonly ek0: Uint8Array
}

/** What both sides bring. */
interface Setting {
  readonly from: Secrets
  readonly psk0: Uint8Array
  readonly prologue: Uint8Array
}

function drawSetting(draw: Draw, isMove: boolean, hasPsk: boolean): Setting {
  return { from: secrets(draw), psk0: hasPsk ? draw(32) : new Uint8Array(32), prologue: draw(isMove ? 271 : 239) }
}

export function initiateCall({ from, psk0, prologue }: Setting) {
  const { static: staticSecret, ephemeral, kemSeed } = from.initiator
  const party = { staticSecret, peerStatic: x25519Public(from.responder.static), psk0, prologue }
  return { $case: 'initiate', value: { session: SESSION, party, ephemeral, kemSeed } } as const
}

export function respondCall({ from, psk0, prologue }: Setting, message: Uint8Array) {
  const { static: staticSecret, ...drawn } = from.responder
  const party = { staticSecret, peerStatic: x25519Public(from.initiator.static), psk0, prologue }
  return { $case: 'respond', value: { party, ...drawn, message } } as const
}

export function finishCall(message: Uint8Array) {
  return { $case: 'finish', value: { session: SESSION, message } } as const
}

function firstSecrets({ responder }: Secrets): literal.FirstKeys {
  return { x0: responder.ratchetSecret, seed0: responder.ratchetKemSeed }
}

/** The testee makes message 1, the runner answers. */
async function asInitiator(testee: Testee, setting: Setting, hows: readonly Damage[], seenAs: Setting): Promise<void> {
  const { from, psk0, prologue } = setting
  const message1 = await answerOf(testee, initiateCall(setting), 'bytes')
  const r = literal.begin(partyR(from, psk0, prologue))
  const read = judged(() => literal.readMessage1(r, message1))
  ensureKept('value' in read, `the responder refuses its message 1: ${'code' in read && read.code}`)
  const message2 = literal.writeMessage2(r, firstSecrets(from))
  for (const how of hows) {
    const i = literal.begin(partyI(from, psk0, prologue))
    literal.writeMessage1(i)
    const wrong = damaged(message2, how)
    // The right one ends the handshake: it comes last.
    if (same(wrong, message2)) continue
    await judgedAlike(
      testee,
      finishCall(wrong),
      judged(() => literal.readMessage2(i, wrong)),
    )
  }
  const other = literal.begin(partyR(seenAs.from, seenAs.psk0, seenAs.prologue))
  const isRead = 'value' in judged(() => literal.readMessage1(other, message1))
  ensureKept(!isRead, 'its message 1 opens for a responder who knows another prologue, psk0 or initiator')
  const first = { X0: x25519Public(from.responder.ratchetSecret), ek0: mlkemPublic(from.responder.ratchetKemSeed) }
  const finished = await answerOf(testee, finishCall(message2), 'handshakeKeys')
  ensureKeys('initiator', finished, literal.tunnelKeys(r), first)
}

/** The runner makes message 1, the testee answers. */
async function asResponder(testee: Testee, setting: Setting, hows: readonly Damage[], seenAs: Setting): Promise<void> {
  const { from, psk0, prologue } = setting
  const i = literal.begin(partyI(from, psk0, prologue))
  const message1 = literal.writeMessage1(i)
  for (const how of hows) {
    const r = literal.begin(partyR(from, psk0, prologue))
    const wrong = damaged(message1, how)
    await judgedAlike(
      testee,
      respondCall(setting, wrong),
      judged(() => literal.readMessage1(r, wrong)),
    )
  }
  await judgedAlike(testee, respondCall(seenAs, message1), { code: 'handshake_failed' })
  const responded = await answerOf(testee, respondCall(setting, message1), 'responded')
  const read = judged(() => literal.readMessage2(i, responded.message))
  ensureKept('value' in read, `the initiator refuses its message 2: ${'code' in read && read.code}`)
  ensureKeys('responder', responded.keys, literal.tunnelKeys(i), read.value)
  const { X0, ek0 } = read.value
  ensureSame('X_0', hex(X0), hex(x25519Public(from.responder.ratchetSecret)))
  ensureSame('ek_0', hex(ek0), hex(mlkemPublic(from.responder.ratchetKemSeed)))
}

/** One thing of it is another: a server that changed a signal, a thief without the last secret, somebody else. */
function differing(setting: Setting, what: 'prologue' | 'psk0' | 'peer', draw: Draw): Setting {
  const { from } = setting
  if (what === 'peer') return { ...setting, from: { ...from, initiator: { ...from.initiator, static: draw(32) } } }
  return { ...setting, [what]: draw(setting[what].length) }
}

const shake = fc.record({
  seed: draws,
  isMove: fc.boolean(),
  hasPsk: fc.boolean(),
  hows: fc.array(damage, { maxLength: 3 }),
  what: fc.constantFrom('prologue' as const, 'psk0' as const, 'peer' as const),
})

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 })
const pair: fc.Arbitrary<Pair | undefined> = fc.option(
  fc.oneof(
    fc.record({ new: secret, used: secret, usedIsInvitation: fc.boolean() }),
    fc.record({
      new: secret,
      used: fc.constantFrom('none' as const, 'absent' as const),
      usedIsInvitation: fc.constant(false),
    }),
  ),
  { nil: undefined },
)

const choice = fc.record({
  seed: draws,
  held: pair,
  beside: pair,
  invitations: fc.array(secret, { maxLength: 3 }),
  otherAccepted: fc.boolean(),
  /** Which of what could match the other side shows, by bits. */
  shown: fc.nat(127),
})

export const handshakeCases: readonly ClientCase[] = [
  ...(['initiator', 'responder'] as const).map((role) =>
    propertyCase({
      subject,
      name: `as-${role}`,
      title: `shakes hands as ${role} with any keys, and refuses what is not of this introduction`,
      promises: ['T1', 'T7'],
      rules: ['07-1', '07-3', '07-4', '07-5', '07-10', '07-11', '13-3'],
      explain:
        'With a psk0 and without, in a move and not. What was changed or comes from another is refused, and the handshake still ends well with the right message.',
      features,
      runs: 8,
      arbitrary: shake,
      async holds(testee, { seed, isMove, hasPsk, hows, what }) {
        const draw = drawOf(seed)
        const setting = drawSetting(draw, isMove, hasPsk)
        const other = differing(setting, what, draw)
        await (role === 'initiator' ? asInitiator : asResponder)(testee, setting, hows, other)
      },
    }),
  ),
  propertyCase({
    subject,
    name: 'derived',
    title: 'comes to the same tags, move secrets and prologues',
    promises: ['T6', 'T8'],
    rules: ['07-2', '07-7', '09-23'],
    explain: 'What both sides compute apart from each other, and must be the same.',
    features,
    runs: 15,
    arbitrary: fc.record({ seed: draws, isMove: fc.boolean() }),
    async holds(testee, { seed, isMove }) {
      const draw = drawOf(seed)
      const [key, device, nonce] = [draw(32), draw(16), draw(16)]
      const shown = await bytesOf(testee, { $case: 'deviceTag', value: { secret: key, device, nonce } })
      ensureSame('the tag', shown, hex(tag(key, device, nonce)))
      const moved = await bytesOf(testee, { $case: 'moveSecret', value: { exporter: key, nonce } })
      ensureSame('the move secret', moved, hex(literal.moveSecret(key, nonce)))
      const signals = { helloI: draw(4043), helloR: draw(4043), offer: draw(4043), answer: draw(4043) }
      const between = { idI: draw(32), idR: draw(32), deviceI: draw(16), deviceR: draw(16) }
      const movedFrom = isMove ? draw(32) : NONE
      const value = { ...signals, ...between, movedFrom }
      const expected = literal.prologue({ ...signals, ...between, ...(isMove && { oldH: movedFrom }) })
      ensureSame('the prologue', await bytesOf(testee, { $case: 'makePrologue', value }), hex(expected))
    },
  }),
  propertyCase({
    subject,
    name: 'choice',
    title: 'chooses psk0, shows notices and keeps secrets as the other side expects',
    promises: ['T7'],
    rules: ['07-7', '07-9', '07-13', '07-15', '07-16', '07-17'],
    explain:
      'Whatever the two hold and show. Two devices that choose differently never meet; one that keeps the wrong secret is taken for a stranger.',
    features,
    runs: 60,
    arbitrary: choice,
    async holds(testee, { seed, held, beside: drawn, invitations, otherAccepted, shown }) {
      const draw = drawOf(seed)
      const [device, nonce, continuity] = [draw(16), draw(16), draw(32)]
      // While a first meeting is not confirmed there is no notice.
      const beside = held?.used === 'none' ? undefined : drawn
      const kept: Continuity = { ...(held && { held }), ...(beside && { beside }) }
      const possible = [beside?.new, beside?.used, held?.new, held?.used, ...invitations].filter(
        (one) => one instanceof Uint8Array,
      )
      const tags = possible.flatMap((one, i) => (shown & (1 << i) ? [tag(one, device, nonce)] : []))
      while (tags.length < 16) tags.push(draw(16))
      const contact = { accepted: held !== undefined, otherAccepted }
      const expected = choose(kept, invitations, { device, nonce, tags }, contact)
      const value = { kept: wireKept(kept), invitations, otherAccepted, device, nonce, tags, continuity }
      const got = await answerOf(testee, { $case: 'choosePsk', value }, 'pskChoice')
      ensureKept(got.kind === expected.kind, `the match is "${got.kind}", not "${expected.kind}"`)
      ensureKept(same(got.psk0, expected.psk0), 'psk0 is another')
      ensureSame('the invitation that is spent', hex(got.spent), hex(expected.spent ?? NONE))
      ensureKept(got.notice === expected.notice, `a notice ${got.notice ? 'opens' : 'does not open'}`)
      const asI = stored(kept, 'initiator', expected, continuity)
      ensureKeptSame('what an initiator stores', got.initiatorStored, asI)
      ensureKeptSame('what an initiator keeps once confirmed', got.initiatorConfirmed, confirmed(asI, expected))
      ensureKeptSame('what a responder stores', got.responderStored, stored(kept, 'responder', expected, continuity))
    },
  }),
]
