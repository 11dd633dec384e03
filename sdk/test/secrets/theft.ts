/** Runs of two ratchets that can be robbed at every step, and the attacker who tries all that the loot allows. */
import { createDecipheriv, createHmac } from 'node:crypto'
import { toHex, wipe } from '../../src/bytes/bytes.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import type { Env, Primitives } from '../../src/env.js'
import { decodeHeader, type Header, type RatchetMessage } from '../../src/ratchet/header.js'
import { deriveTurn, stepChain } from '../../src/ratchet/kdf.js'
import { open } from '../../src/ratchet/open.js'
import type { PeerRatchetKeys, RatchetState } from '../../src/ratchet/ratchet.js'
import { seal } from '../../src/ratchet/seal.js'
import { filled, newPair, other, type Side } from '../fixtures/ratchet-pair.js'

export interface RunFrame extends RatchetMessage {
  readonly from: Side
  /** Its number among the frames of its sender. */
  readonly index: number
  readonly parsed: Header
}

/** All that a side holds after a step: serialised, so that later wiping does not reach it. */
export interface Loot {
  readonly side: Side
  readonly state: RatchetState
  /** What a careless caller would keep; empty in the product. */
  readonly kept: readonly Uint8Array[]
  readonly sent: number
  readonly received: number
}

export interface Run {
  readonly frames: readonly RunFrame[]
  readonly loot: readonly Loot[]
  /** X_0 and ek_0, public like those in the headers. */
  readonly start: PeerRatchetKeys
  /** Every X25519 secret and every ML-KEM seed that was made in the run. */
  readonly secrets: readonly Uint8Array[]
  readonly seeds: readonly Uint8Array[]
}

export interface RunOptions {
  readonly steps: number
  /** Whether a side turns although it may; a side's first frame always does. */
  readonly turns: boolean
  /** Keep what was spent instead of wiping it. */
  readonly keepSpent: boolean
}

/** Sends and deliveries in an order that `env` draws, with frames under way in both directions. */
export function play(env: Env, options: RunOptions): Run {
  const secrets: Uint8Array[] = []
  const seeds: Uint8Array[] = []
  const { primitives } = env
  const watched: Env = {
    random: (length) => env.random(length),
    now: () => env.now(),
    primitives: {
      ...primitives,
      x25519PublicKey(secret) {
        secrets.push(secret.slice())
        return primitives.x25519PublicKey(secret)
      },
      mlkemPublicKey(seed) {
        seeds.push(seed.slice())
        return primitives.mlkemPublicKey(seed)
      },
    },
  }
  const pair = newPair(watched)
  const start = pair.initiator.kind === 'turnDue' ? pair.initiator.peer : never()
  const frames: RunFrame[] = []
  const loot: Loot[] = []
  const sides = { initiator: { sent: 0, received: 0 }, responder: { sent: 0, received: 0 } }
  const kept: Record<Side, Uint8Array[]> = { initiator: [], responder: [] }
  const underWay: Record<Side, RunFrame[]> = { initiator: [], responder: [] }

  const store = (side: Side, state: RatchetState, spent: readonly Uint8Array[]) => {
    pair[side] = state
    if (options.keepSpent) kept[side].push(...spent.map((secret) => secret.slice()))
    wipe(...spent)
  }
  const rob = (side: Side) => {
    const state = structuredClone({ ...pair[side] })
    loot.push({ side, state, kept: kept[side].map((secret) => secret.slice()), ...sides[side] })
  }
  const sendFrom = (side: Side, coin: boolean) => {
    const state = pair[side]
    const turn = state.kind === 'turnDue' && (state.sending === undefined || (options.turns && coin))
    if (!turn && state.sending === undefined) return
    const { message, ...step } = seal(state, filled(frames.length, turn), turn, watched)
    store(side, step.state, step.spent)
    const frame = { ...message, from: side, index: sides[side].sent++, parsed: decodeHeader(message.header) }
    frames.push(frame)
    underWay[other(side)].push(frame)
  }
  const deliverTo = (side: Side) => {
    const frame = underWay[side].shift()
    if (frame === undefined) return
    const { state, spent } = open(pair[side], frame, watched)
    store(side, state, spent)
    sides[side].received++
  }

  rob('initiator')
  rob('responder')
  for (let step = 0; step < options.steps; step++) {
    const [byte] = env.random(1) as unknown as [number]
    const side: Side = byte & 1 ? 'initiator' : 'responder'
    if (byte & 2) sendFrom(side, (byte & 12) !== 0)
    else deliverTo(side)
    rob(side)
  }
  return { frames, loot, start, secrets, seeds }
}

export interface Extras {
  readonly secrets?: readonly Uint8Array[]
  readonly seeds?: readonly Uint8Array[]
}

/**
 * Opens what can be opened with one side's loot and all frames of the run: by the real `open`, from both sides' view; with
 * every value as a key and as a chain key; by every derivation forward from every value. Gives indices in `run.frames`.
 */
export function attack(run: Run, loot: Loot, primitives: Primitives, extras: Extras = {}): Set<number> {
  const opened = new Set<number>()
  const fast: Primitives = { ...primitives, hmac, hmacPair: (key, a, b) => [hmac(key, a), hmac(key, b)] }
  const values = valuesOf([loot.state, loot.kept], 32)
  const seeds = [...valuesOf([loot.state, loot.kept], 64), ...(extras.seeds ?? [])]
  for (const view of [loot.state, mirrored(loot.state)]) follow(view, run.frames, { primitives } as Env, opened)

  const longest = Math.max(...run.frames.map(({ parsed }) => parsed.n)) + 1
  const keys = values.flatMap((value) => [value, ...messageKeys(value, longest, fast)])
  const derived = deriveForward(run, values, { secrets: extras.secrets ?? [], seeds }, fast)
  run.frames.forEach((frame, i) => {
    if (opened.has(i)) return
    const { turn, n } = frame.parsed
    const chains = derived.get(turn) ?? []
    const candidates = [...keys, ...chains.map((chain) => messageKeys(chain, n + 1, fast)[n] as Uint8Array)]
    if (candidates.some((key) => opens(key, frame))) opened.add(i)
  })
  return opened
}

/** The same as the primitives', several times faster. */
function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest()
}

function messageKeys(chain: Uint8Array, count: number, primitives: Primitives): Uint8Array[] {
  const keys: Uint8Array[] = []
  for (let now = chain; keys.length < count; ) {
    const { messageKey, next } = stepChain(primitives, now)
    keys.push(messageKey)
    now = next
  }
  return keys
}

/** What the protocol grants a thief: what was not yet opened or sealed on the chains that the victim had, and if the last
 * turn was the victim's, the chain of the answer to it. */
export function granted(run: Run, { side, state, sent, received }: Loot): Set<number> {
  const last = state.kind === 'turnSent' ? state.turn + 1 : state.turn
  const out = new Set<number>()
  run.frames.forEach(({ from, index, parsed }, i) => {
    if (index >= (from === side ? sent : received) && parsed.turn <= last) out.add(i)
  })
  return out
}

/** Opens with the real `open` whatever it accepts, and goes on from the state that it gives. */
function follow(state: RatchetState, frames: readonly RunFrame[], env: Env, opened: Set<number>): void {
  let now = structuredClone({ ...state })
  for (let again = true; again; ) {
    again = false
    frames.forEach((frame, i) => {
      try {
        now = open(now, frame, env).state
        opened.add(i)
        again = true
      } catch {
        // Refused: the next one.
      }
    })
  }
}

/** The state as if the victim's own frames came in. */
function mirrored(state: RatchetState): RatchetState {
  return { ...state, sending: state.receiving, receiving: state.sending } as unknown as RatchetState
}

/**
 * Every value, and every root that came out, as the root key before every turn, with what is known of the turn's two
 * secrets and zeros for the rest. Gives the chain keys by turn.
 */
function deriveForward(
  run: Run,
  values: readonly Uint8Array[],
  { secrets: known, seeds: knownSeeds }: Required<Extras>,
  primitives: Primitives,
): Map<number, Uint8Array[]> {
  const secrets = byPublicKey([...values, ...known], noblePrimitives.x25519PublicKey)
  const seeds = byPublicKey(knownSeeds, noblePrimitives.mlkemPublicKey)
  const chains = new Map<number, Uint8Array[]>()
  let previous: PeerRatchetKeys = run.start
  let roots: Uint8Array[] = []
  for (const { parsed } of run.frames) {
    const next = parsed.fields
    if (next === undefined) continue
    const own = secrets.get(toHex(previous.key))
    const theirs = secrets.get(toHex(next.key))
    const seed = seeds.get(toHex(previous.kemKey))
    const dh = own ? primitives.x25519(own, next.key) : theirs && primitives.x25519(theirs, previous.key)
    const kemSecret =
      seed && decapsulated(run, parsed.turn, () => primitives.mlkemDecapsulate(seed, next.kemCiphertext))
    const found: ReturnType<typeof deriveTurn>[] = []
    for (const root of [...values, ...roots]) {
      const secret = { dh: dh?.slice() ?? new Uint8Array(32), kemSecret: kemSecret?.slice() ?? new Uint8Array(32) }
      const { kemCiphertext } = next
      found.push(deriveTurn(primitives, { root, ...secret, previous, next, kemCiphertext }))
    }
    chains.set(
      parsed.turn,
      found.map(({ chain }) => chain),
    )
    roots = found.map(({ root }) => root)
    previous = next
  }
  return chains
}

const decapsulations = new WeakMap<Run, Map<number, Uint8Array>>()

function decapsulated(run: Run, turn: number, decapsulate: () => Uint8Array): Uint8Array {
  const known = decapsulations.get(run) ?? new Map<number, Uint8Array>()
  decapsulations.set(run, known)
  const secret = known.get(turn) ?? decapsulate()
  known.set(turn, secret)
  return secret
}

const publicKeys = new Map<string, string>()

function byPublicKey(
  secrets: readonly Uint8Array[],
  publicKey: (secret: Uint8Array) => Uint8Array,
): Map<string, Uint8Array> {
  const out = new Map<string, Uint8Array>()
  for (const secret of secrets) {
    const name = toHex(secret)
    const known = publicKeys.get(name) ?? toHex(publicKey(secret))
    publicKeys.set(name, known)
    out.set(known, secret)
  }
  return out
}

/** Every byte array of `length` bytes anywhere in `value`; for 32 also the halves of those of 64. */
function valuesOf(value: unknown, length: 32 | 64): Uint8Array[] {
  if (value instanceof Uint8Array) {
    if (value.length === length) return [value]
    return value.length === 64 && length === 32 ? [value.subarray(0, 32), value.subarray(32)] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((field) => valuesOf(field, length))
}

function opens(key: Uint8Array, { header, ciphertext }: RatchetMessage): boolean {
  const decipher = createDecipheriv('chacha20-poly1305', key, new Uint8Array(12), { authTagLength: 16 })
  decipher.setAAD(header, { plaintextLength: ciphertext.length - 16 })
  decipher.setAuthTag(ciphertext.subarray(-16))
  decipher.update(ciphertext.subarray(0, -16))
  try {
    decipher.final()
    return true
  } catch {
    return false
  }
}

function never(): never {
  throw new Error('the initiator starts with the keys of the responder')
}
