import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { flip, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { equal, toHex } from '../bytes/bytes.js'
import {
  afterConfirmation,
  afterHandshake,
  type Candidate,
  candidates,
  choosePsk,
  type KnownDevice,
  makeTag,
  makeTags,
  matchTags,
  NO_PSK,
  noticeOf,
  remember,
} from './continuity.js'

const env = testEnv('continuity')
const device = env.random(16)
const nonce = env.random(16)
const secrets = (count: number) => Array.from({ length: count }, () => env.random(32))

describe('makeTags', () => {
  it('gives 16 tags of 16 bytes: those of the secrets, the rest random', () => {
    for (const count of [0, 1, 2, 15, 16]) {
      const shown = secrets(count)
      const tags = makeTags(shown, device, nonce, env)
      expect(tags.map(({ length }) => length)).toEqual(new Array(16).fill(16))
      expect(new Set(tags.map(toHex)).size).toBe(16)
      for (const secret of shown) expect(tags).toContainEqual(makeTag(secret, device, nonce, env))
      expect(matchTags(shown, { device, nonce, tags }, env)).toEqual(shown)
    }
  })

  it('shows the newest 16 of more', () => {
    const many = secrets(20)
    const tags = makeTags(many, device, nonce, env)
    expect(matchTags(many, { device, nonce, tags }, env)).toEqual(many.slice(0, 16))
  })

  it('hides the order: each place is as likely', () => {
    const [secret] = secrets(1) as [Uint8Array]
    const places = new Array<number>(16).fill(0)
    for (let i = 0; i < 1_600; i++) {
      const tag = makeTag(secret, device, nonce, env)
      const place = makeTags([secret], device, nonce, env).findIndex((other) => equal(other, tag))
      places[place] = (places[place] ?? 0) + 1
    }
    // 100 each, with a standard deviation of 10.
    for (const count of places) expect(Math.abs(count - 100)).toBeLessThan(50)
  })

  it('draws places without bias: bytes that would bend the draw are dropped', () => {
    // 256 is 17 times 15 and 1 more: of 15 places a 255 would favour the first.
    for (const [bytes, draws] of [
      [[0, 254], 15],
      [[0, 255], 16],
      [[255, 255, 255], 17],
    ] as const) {
      const listed = [...bytes] as number[]
      let drawn = 0
      const random = (length: number) => {
        if (length > 1) return new Uint8Array(length)
        drawn++
        return Uint8Array.of(listed.shift() ?? 0)
      }
      makeTags([], device, nonce, { ...env, random })
      expect(drawn).toBe(draws)
    }
  })
})

describe('tags', () => {
  it('are bound to secret, device and nonce', () => {
    const [secret] = secrets(1) as [Uint8Array]
    const all = [
      makeTag(secret, device, nonce, env),
      makeTag(flip(secret, 31), device, nonce, env),
      makeTag(secret, flip(device, 15), nonce, env),
      makeTag(secret, device, flip(nonce, 0), env),
      makeTag(secret, nonce, device, env),
    ]
    expect(new Set(all.map(toHex)).size).toBe(5)
  })

  it('do not match in a Hello of another device or nonce', () => {
    const shown = secrets(1)
    const tags = makeTags(shown, device, nonce, env)
    expect(matchTags(shown, { device: nonce, nonce, tags }, env)).toEqual([])
    expect(matchTags(shown, { device, nonce: device, tags }, env)).toEqual([])
    expect(matchTags(secrets(3), { device, nonce, tags }, env)).toEqual([])
  })
})

describe('choosePsk', () => {
  const state = (continuityNew: Uint8Array, continuityUsed: Uint8Array = new Uint8Array(0)) => {
    return { device, version: 1, continuityNew, continuityUsed, usedIsNone: false, usedIsInvitation: false }
  }
  const [a, b, c, d, e] = secrets(5) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const known: KnownDevice = { held: state(a, b), beside: state(c, d) }

  it('tries beside before held, new before used, invitations last', () => {
    expect(candidates(known, [e]).map(({ secret }) => secret)).toEqual([c, d, a, b, e])
    const shown = [c, d, a, b, e]
    for (let from = 0; from < shown.length; from++) {
      const hello = { device, nonce, tags: makeTags(shown.slice(from), device, nonce, env) }
      expect(choosePsk(candidates(known, [e]), hello, env).psk0).toEqual(shown[from])
    }
  })

  it('is 32 zeros if nothing matches', () => {
    const hello = { device, nonce, tags: makeTags(secrets(3), device, nonce, env) }
    expect(choosePsk(candidates(known, []), hello, env)).toEqual({ psk0: NO_PSK, match: undefined })
    expect(NO_PSK).toEqual(new Uint8Array(32))
  })

  it('does not take an absent secret for one', () => {
    expect(candidates({ held: state(a), beside: undefined }, [])).toHaveLength(1)
    expect(candidates({ held: undefined, beside: undefined }, [])).toEqual([])
  })
})

/** Two devices that meet again and again; any message may be lost. */
describe('two devices', () => {
  type Loss = 'none' | 'message 2' | 'first frame' | 'answer'
  interface Holder {
    known: KnownDevice
    readonly device: Uint8Array
  }
  const start = (): { i: Holder; r: Holder } => {
    const none: KnownDevice = { held: undefined, beside: undefined }
    return { i: { known: none, device: env.random(16) }, r: { known: none, device: env.random(16) } }
  }
  const hello = (own: Holder, offered: readonly Candidate[]) => {
    const nonce = env.random(16)
    const shown = offered.map(({ secret }) => secret)
    return { device: own.device, nonce, tags: makeTags(shown, own.device, nonce, env) }
  }

  /** Both choices and notices of one meeting; what each side stores, unless its step is lost. */
  function meet(
    i: Holder,
    r: Holder,
    loss: Loss,
    invitationsI: readonly Uint8Array[] = [],
    invitationsR: readonly Uint8Array[] = [],
  ) {
    const [offeredI, offeredR] = [candidates(i.known, invitationsI), candidates(r.known, invitationsR)]
    const [helloI, helloR] = [hello(i, offeredI), hello(r, offeredR)]
    const [choiceI, choiceR] = [choosePsk(offeredI, helloR, env), choosePsk(offeredR, helloI, env)]
    const notices = [noticeOf(i.known, choiceI.match, false), noticeOf(r.known, choiceR.match, false)] as const
    const continuity = env.random(32)
    if (loss !== 'message 2') {
      i.known = remember(i.known, afterHandshake(r.device, 1, continuity, choiceI), notices[0])
      if (loss !== 'first frame') {
        r.known = remember(r.known, afterConfirmation(i.device, 1, continuity), notices[1])
        if (loss !== 'answer') i.known = remember(i.known, afterConfirmation(r.device, 1, continuity), notices[0])
      }
    }
    return { choices: [choiceI, choiceR] as const, notices, continuity }
  }

  it('always choose the same psk0 and never see a notice, whatever is lost', () => {
    const loss = fc.constantFrom<Loss>('none', 'message 2', 'first frame', 'answer')
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 12 }), (losses) => {
        const { i, r } = start()
        let confirmed: Uint8Array = NO_PSK
        for (const lost of losses) {
          const { choices, notices, continuity } = meet(i, r, lost)
          expect(choices[0].psk0).toEqual(choices[1].psk0)
          expect(notices).toEqual([undefined, undefined])
          // The newest that the responder stored: nothing older is ever used again.
          expect(choices[1].psk0).toEqual(confirmed)
          if (lost === 'none' || lost === 'answer') confirmed = continuity
        }
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('spend an invitation on both sides by the first tunnel that each knows to be confirmed, whatever is lost', () => {
    const loss = fc.constantFrom<Loss>('none', 'message 2', 'first frame', 'answer')
    fc.assert(
      fc.property(fc.array(loss, { maxLength: 8 }), (losses) => {
        const { i, r } = start()
        const invitation = env.random(32)
        const spent = { i: false, r: false }
        const left = (side: 'i' | 'r') => (spent[side] ? [] : [invitation])
        for (const lost of [...losses, 'none' as const]) {
          const { choices, notices } = meet(i, r, lost, left('i'), left('r'))
          expect(notices).toEqual([undefined, undefined])
          expect(choices[0].psk0).toEqual(choices[1].psk0)
          const isHeld = lost === 'none' || lost === 'answer'
          if (isHeld && choices[1].match?.spends) spent.r = true
          const confirmed = lost === 'none' || (lost !== 'message 2' && choices[0].match?.kind === 'continuity')
          if (confirmed && choices[0].match?.spends) {
            expect(choices[0].match.spends).toEqual(invitation)
            spent.i = true
          }
          expect(spent.i && !spent.r, 'the initiator first').toBe(false)
        }
        expect(spent).toEqual({ i: true, r: true })
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('see a notice when one of them lost or exchanged its continuity, until it is accepted', () => {
    for (const loser of ['i', 'r'] as const) {
      const sides = start()
      meet(sides.i, sides.r, 'none')
      meet(sides.i, sides.r, 'none')
      const held = sides[loser === 'i' ? 'r' : 'i'].known.held
      sides[loser].known = { held: undefined, beside: undefined }
      for (let again = 0; again < 3; again++) {
        const { choices, notices } = meet(sides.i, sides.r, 'none')
        expect(choices[0].psk0).toEqual(choices[1].psk0)
        expect(notices).toEqual(loser === 'i' ? [undefined, 'restored'] : ['restored', undefined])
      }
      const keeper = sides[loser === 'i' ? 'r' : 'i']
      expect(keeper.known.held, 'what was held stays').toEqual(held)
      keeper.known = { held: keeper.known.beside, beside: undefined }
      expect(meet(sides.i, sides.r, 'none').notices).toEqual([undefined, undefined])
    }
  })
})

describe('noticeOf', () => {
  it('is for every device of a contact after its first, until it is accepted', () => {
    const unknown: KnownDevice = { held: undefined, beside: undefined }
    expect(noticeOf(unknown, undefined, false)).toBeUndefined()
    expect(noticeOf(unknown, undefined, true)).toBe('new_device')
    const [invitation] = candidates(unknown, [NO_PSK])
    expect(noticeOf(unknown, invitation, false)).toBeUndefined()
    expect(noticeOf(unknown, invitation, true)).toBe('new_device')
  })

  it('stays open for what lies beside, whoever it was: a known device that came without its continuity, or an unknown one', () => {
    const [psk0, continuity] = secrets(2) as [Uint8Array, Uint8Array]
    const fresh = afterHandshake(device, 1, continuity, { psk0, match: undefined })
    const unanswered: KnownDevice = { held: undefined, beside: fresh }
    expect(noticeOf(unanswered, undefined, false)).toBe('new_device')
    const ofBeside = candidates(unanswered, [])[0]
    expect(ofBeside?.from).toBe('beside')
    expect(noticeOf(unanswered, ofBeside, false)).toBe('new_device')
    expect(noticeOf({ held: fresh, beside: fresh }, ofBeside, false)).toBe('restored')
  })
})

describe('afterHandshake', () => {
  it('keeps a copy of the secret that matched: an invitation that is taken back is wiped', () => {
    const [secret, continuity] = secrets(2) as [Uint8Array, Uint8Array]
    const [match] = candidates({ held: undefined, beside: undefined }, [secret])
    const kept = afterHandshake(device, 1, continuity, { psk0: secret, match })
    const before = secret.slice()
    secret.fill(0)
    expect(kept.continuityUsed).toEqual(before)
  })
})
