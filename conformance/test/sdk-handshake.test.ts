/** The SDK's handshake and continuity judged by the vectors of spec/07. */
import { describe, expect, test } from 'vitest'
import { pad } from '../../sdk/src/bytes/padding.js'
import {
  afterConfirmation,
  afterHandshake,
  candidates,
  choosePsk,
  type KnownDevice,
  makeTag,
  noticeOf,
} from '../../sdk/src/handshake/continuity.js'
import { finish, initiate, movePsk, rendezvousRoot, respond } from '../../sdk/src/handshake/handshake.js'
import { makePrologue } from '../../sdk/src/handshake/prologue.js'
import { handshakeVectors, type Kept } from '../cases/vectors/data.js'
import { hex, unhex } from '../literal/bytes.js'
import { codeOf, keyPair, scripted } from './sdk-side.js'

const { tags, choices, moves, transcripts, refusals } = handshakeVectors
const env = scripted()
type Transcript = (typeof transcripts)[number]

function inputs({ psk0, prologue, initiator, responder }: Transcript) {
  const [i, r] = [keyPair(unhex(initiator.static)), keyPair(unhex(responder.static))]
  const common = { psk0: unhex(psk0), prologue: unhex(prologue) }
  return {
    initiator: { ...common, ownStatic: i, peerStatic: r.publicKey },
    responder: { ...common, ownStatic: r, peerStatic: i.publicKey },
  }
}

function envs({ initiator, responder }: Transcript) {
  const { ratchetSecret, ratchetKemSeed, ephemeral, encapsulation } = responder
  return {
    initiator: scripted(unhex(initiator.ephemeral), unhex(initiator.kemSeed)),
    responder: scripted(unhex(ratchetSecret), unhex(ratchetKemSeed), unhex(ephemeral), unhex(encapsulation)),
  }
}

describe.each(transcripts)('handshake $name', (transcript) => {
  const { keys, signals, idI, idR, oldH } = transcript

  test('prologue', () => {
    const padded = (signal: string): Uint8Array => pad(unhex(signal), 4043)
    const prologue = makePrologue(
      {
        helloI: padded(signals.helloI),
        helloR: padded(signals.helloR),
        offer: padded(signals.offer),
        answer: padded(signals.answer),
        idI: unhex(idI),
        idR: unhex(idR),
        deviceI: unhex(signals.deviceI),
        deviceR: unhex(signals.deviceR),
        ...(oldH !== null && { movedFrom: unhex(oldH) }),
      },
      env,
    )
    expect(hex(prologue)).toBe(transcript.prologue)
  })

  test('both messages and all keys, byte by byte', () => {
    const { initiator, responder } = inputs(transcript)
    const draws = envs(transcript)
    const initiated = initiate(initiator, draws.initiator)
    expect(hex(initiated.message)).toBe(transcript.message1)
    const responded = respond(responder, unhex(transcript.message1), draws.responder)
    expect(hex(responded.message)).toBe(transcript.message2)
    const finished = finish(initiated.state, unhex(transcript.message2), env)
    for (const { rootKey, continuity, exporter, hash } of [responded.result, finished.result]) {
      expect({ h: hex(hash), rk0: hex(rootKey), continuity: hex(continuity), exporter: hex(exporter) }).toEqual({
        h: keys.h,
        rk0: keys.rk0,
        continuity: keys.continuity,
        exporter: keys.exporter,
      })
      expect(hex(rendezvousRoot(exporter, env))).toBe(keys.rendezvousRoot)
    }
    expect(hex(finished.result.peerKeys.key)).toBe(transcript.X0)
    expect(hex(finished.result.peerKeys.kemKey)).toBe(transcript.ek0)
  })
})

test.each(refusals)('the $receiver refuses: $name', ({ transcript, receiver, message, code }) => {
  const base = transcripts.find(({ name }) => name === transcript) as Transcript
  const { initiator, responder } = inputs(base)
  const draws = envs(base)
  if (receiver === 'responder') {
    expect(codeOf(() => respond(responder, unhex(message), draws.responder))).toBe(code)
    return
  }
  const { state } = initiate(initiator, draws.initiator)
  expect(codeOf(() => finish(state, unhex(message), env))).toBe(code)
})

test('device tags and move secrets', () => {
  for (const { secret, device, nonce, tag } of tags) {
    expect(hex(makeTag(unhex(secret), unhex(device), unhex(nonce), env))).toBe(tag)
  }
  for (const { exporter, nonce, secret } of moves) {
    expect(hex(movePsk(unhex(exporter), unhex(nonce), env))).toBe(secret)
  }
})

describe('choice of psk0, notices, and what is kept', () => {
  const VERSION = 1

  function known(kept: Kept, device: Uint8Array): KnownDevice {
    const state = (pair: Kept['held']) =>
      pair === null
        ? undefined
        : {
            device,
            version: VERSION,
            continuityNew: unhex(pair.new),
            continuityUsed: ['none', 'absent'].includes(pair.used) ? new Uint8Array(0) : unhex(pair.used),
            usedIsNone: pair.used === 'none',
            usedIsInvitation: pair.usedIsInvitation,
          }
    return { held: state(kept.held), beside: state(kept.beside) }
  }

  test.each(choices)('$name', ({ kept, invitations, contact, peer, expect: expected, afterwards }) => {
    const device = unhex(peer.device)
    const before = known(kept, device)
    const offered = candidates(before, invitations.map(unhex))
    const hello = { device, nonce: unhex(peer.nonce), tags: peer.tags.map(unhex) }
    const choice = choosePsk(offered, hello, env)
    const notice = noticeOf(before, choice.match, contact.otherAccepted) !== undefined
    const spent = choice.match?.spends ? hex(choice.match.spends) : null
    expect({ kind: choice.match?.kind ?? 'none', psk0: hex(choice.psk0), notice, spent }).toEqual(expected)

    const continuity = unhex(afterwards.continuity)
    const place = expected.notice ? 'beside' : 'held'
    const stored = { ...before, [place]: afterHandshake(device, VERSION, continuity, choice) }
    const confirmed = { ...before, [place]: afterConfirmation(device, VERSION, continuity) }
    expect(stored).toEqual(known(afterwards.initiatorStored, device))
    expect(confirmed).toEqual(known(afterwards.initiatorConfirmed, device))
    expect(confirmed).toEqual(known(afterwards.responderStored, device))
  })
})
