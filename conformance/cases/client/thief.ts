/**
 * Who stole one side's whole state once and recorded all frames. The thief tries every value that was stolen in every place,
 * and where a secret of a turn is not known, zeros: so a derivation that leaves one out is found.
 */
import { hex, zeros } from '../../literal/bytes.js'
import { decaps, mlkemPublic, open, x25519, x25519Public } from '../../literal/primitives.js'
import { chain, decodeFrame, type Ratchet, turn } from '../../literal/ratchet.js'
import type { Side, Talk, TalkFrame } from './talk.js'

/** What is stolen, and when: behind so many frames sealed by the side, and so many opened by it. */
export interface Loot {
  readonly side: Side
  readonly state: Ratchet
  readonly sent: number
  readonly opened: number
}

/** Secrets of all turns that the thief is given on top, for what one of the two alone would do. */
export interface Extras {
  readonly xs?: readonly Uint8Array[]
  readonly seeds?: readonly Uint8Array[]
}

export function rob({ ratchets, frames, coming }: Talk, side: Side): Loot {
  const other = side === 'testee' ? 'peer' : 'testee'
  const count = (from: Side): number => frames.filter((one) => one.from === from).length
  return {
    side,
    state: structuredClone(ratchets[side]),
    sent: count(side),
    opened: count(other) - coming[side].length,
  }
}

/** Frames behind the theft, in the order in which their sender sealed them. */
export function later(frames: readonly TalkFrame[], { side, sent, opened }: Loot): Set<TalkFrame> {
  const own = frames.filter(({ from }) => from === side).slice(sent)
  return new Set([...own, ...frames.filter(({ from }) => from !== side).slice(opened)])
}

/** What the protocol leaves a thief: the chains that the victim had, and the answer to the victim's last turn. */
export function granted(frames: readonly TalkFrame[], loot: Loot): Set<TalkFrame> {
  const { own, turn: theirs } = loot.state
  const last = own > theirs ? own + 1 : theirs
  return new Set([...later(frames, loot)].filter((one) => one.turn <= last))
}

interface Parsed extends ReturnType<typeof decodeFrame> {
  readonly of: TalkFrame
}

export function steal({ frames, start }: Talk, { state }: Loot, { xs = [], seeds = [] }: Extras = {}): Set<TalkFrame> {
  const parsed = frames.map((of): Parsed => ({ of, ...decodeFrame(of.frame) }))
  const values = [state.rk, state.x, state.sendCk, state.receiveCk].filter((one) => one.length === 32)
  const byX = new Map([...values, ...xs].map((one) => [hex(x25519Public(one)), one]))
  const bySeed = new Map(
    [state.seed, ...seeds].filter((one) => one.length === 64).map((one) => [hex(mlkemPublic(one)), one]),
  )
  const opened = new Set<TalkFrame>()
  const chains = turnChains(parsed, start, values, byX, bySeed)
  for (const one of parsed) {
    const candidates = [...values, ...(chains.get(one.header.turn) ?? [])]
    if (candidates.some((value) => opensFrom(value, one))) opened.add(one.of)
  }
  return opened
}

/** `value` as the message key, or as a chain key from which the message key follows within the frames before. */
function opensFrom(value: Uint8Array, { header, headerBytes, ciphertext }: Parsed): boolean {
  const fits = (key: Uint8Array): boolean => open(key, zeros(12), headerBytes, ciphertext) !== undefined
  if (fits(value)) return true
  let ck = value
  for (let n = 0; n <= header.n; n++) {
    const step = chain(ck)
    if (fits(step.mk)) return true
    ck = step.ck
  }
  return false
}

/** Chain keys of each turn, from every stolen value and every root that followed from one, as the root before it. */
function turnChains(
  parsed: readonly Parsed[],
  start: Talk['start'],
  values: readonly Uint8Array[],
  byX: ReadonlyMap<string, Uint8Array>,
  bySeed: ReadonlyMap<string, Uint8Array>,
): Map<number, Uint8Array[]> {
  const chains = new Map<number, Uint8Array[]>()
  let [X, ek] = [start.X0, start.ek0]
  let roots: Uint8Array[] = []
  const firsts = parsed.filter(({ header }) => header.keys).sort((a, b) => a.header.turn - b.header.turn)
  for (const { header } of firsts) {
    const { key: Xt, kemKey: ekt, kemCiphertext: ct } = header.keys as NonNullable<typeof header.keys>
    const [before, now] = [byX.get(hex(X)), byX.get(hex(Xt))]
    const dh = before ? x25519(before, Xt) : now ? x25519(now, X) : zeros(32)
    const seed = bySeed.get(hex(ek))
    const ss = seed ? decaps(seed, ct) : zeros(32)
    const found = [...values, ...roots].map((rk) => turn(rk, dh, ss, { X, Xt, ek, ekt, ct }))
    chains.set(
      header.turn,
      found.map(({ ck }) => ck),
    )
    roots = found.map(({ rk }) => rk)
    ;[X, ek] = [Xt, ekt]
  }
  return chains
}
