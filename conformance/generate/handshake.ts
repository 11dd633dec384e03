/** Vectors of spec/07: tags, choices of psk0, prologues, whole handshakes, and messages that must be refused. */
import { zeros } from '../literal/bytes.js'
import { moveSecret } from '../literal/handshake.js'
import { choiceVectors, tagVectors } from './continuity.js'
import { refusalsOfMessage1, refusalsOfMessage2 } from './handshake-refusals.js'
import { prologueInputs, type Run, run, type Signals, secrets, signals } from './handshake-run.js'
import { seeded } from './random.js'

export interface NamedRun {
  readonly name: string
  readonly comment: string
  readonly signals: Signals
  readonly run: Run
}

/** The handshakes that all vectors start from. */
export function runs(): NamedRun[] {
  const draw = seeded('handshakes')
  const [idI, idR] = [draw(32), draw(32)]
  const make = (name: string, comment: string, psk0: Uint8Array, oldH?: Uint8Array): NamedRun => {
    const from = signals(draw)
    return { name, comment, signals: from, run: run(psk0, secrets(draw), prologueInputs(from, idI, idR, oldH)) }
  }
  const first = make('first', 'No continuity: psk0 is 32 zero bytes.', zeros(32))
  const second = make('second', 'psk0 is the continuity of the handshake before.', first.run.keys.continuity)
  const from = signals(draw)
  const psk0 = moveSecret(second.run.keys.exporter, from.nonceI)
  const inputs = prologueInputs(from, idI, idR, second.run.keys.h)
  const comment =
    "psk0 is the move secret of the handshake before, whose h ends the prologue. The nonce is that of I's Hello."
  return [first, second, { name: 'move', comment, signals: from, run: run(psk0, secrets(draw), inputs) }]
}

function transcript({ name, comment, signals: from, run: made }: NamedRun): unknown {
  const { idI, idR, oldH } = made.prologueInputs
  return {
    name,
    comment,
    psk0: made.psk0,
    signals: from,
    idI,
    idR,
    oldH: oldH ?? null,
    prologue: made.prologue,
    initiator: made.secrets.initiator,
    responder: made.secrets.responder,
    trace: made.trace,
    message1: made.message1,
    message2: made.message2,
    keys: made.keys,
    X0: made.X0,
    ek0: made.ek0,
  }
}

export function handshakeVectors(all: readonly NamedRun[]): unknown {
  const [first, second] = all as [NamedRun, NamedRun]
  const draw = seeded('moves')
  const moves = Array.from({ length: 2 }, () => {
    const [exporter, nonce] = [draw(32), draw(16)]
    return { exporter, nonce, secret: moveSecret(exporter, nonce) }
  })
  return {
    spec: 'spec/07',
    tags: tagVectors(),
    choices: choiceVectors(),
    moves,
    transcripts: all.map(transcript),
    refusals: [...refusalsOfMessage1(first, second), ...refusalsOfMessage2(first, second)],
  }
}
