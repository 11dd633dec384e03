/** Runs of two literal ratchets by a script. */
import { packBlock } from '../literal/frame.js'
import {
  begin,
  type Draws,
  openFrame,
  type Passage,
  type Ratchet,
  ROOM,
  sealFrame,
  TURN_ROOM,
} from '../literal/ratchet.js'
import type { NamedRun } from './handshake.js'
import { firstKeys } from './handshake-run.js'
import { type Draw, seeded } from './random.js'
import type { Event, Script } from './ratchet-script.js'

export interface Sides {
  readonly I: Ratchet
  readonly R: Ratchet
}

/** Both sides before the first frame. */
export function sidesAt(start: NamedRun): Sides {
  const { keys, X0, ek0, secrets } = start.run
  const first = { X0, ek0, ...firstKeys(secrets) }
  return { I: begin('initiator', keys.rk0, first), R: begin('responder', keys.rk0, first) }
}

export function draws(draw: Draw): Draws {
  return { x: draw(32), seed: draw(64), randomness: draw(32) }
}

export interface Sealed {
  readonly do: 'seal'
  readonly side: 'I' | 'R'
  readonly index: number
  /** Only where a turn starts. */
  readonly draws?: Draws
  readonly block: Uint8Array
  readonly frame: Uint8Array
}

export interface Opened {
  readonly do: 'open'
  readonly side: 'I' | 'R'
  /** The index of the frame. */
  readonly frame: number
}

export interface Played {
  /** What the vectors say of each event. */
  readonly events: (Sealed | Opened)[]
  readonly frames: { readonly by: 'I' | 'R'; readonly frame: Uint8Array }[]
  readonly sides: Sides
}

/** Plays the first `count` events of a script. Each side opens what the other sealed, in order. */
export function play(start: NamedRun, script: Script, count = script.events.length): Played {
  const draw = seeded(`ratchet ${script.name}`)
  const played: Played = { events: [], frames: [], sides: sidesAt(start) }
  const next = { I: 0, R: 0 }
  for (const event of script.events.slice(0, count)) {
    if (event.do === 'seal') played.events.push(playSeal(played, event, draw))
    else {
      const coming = played.frames.map((sent, index) => ({ ...sent, index })).filter(({ by }) => by !== event.side)
      const sent = coming[next[event.side]++]
      if (sent === undefined) throw new Error(`${script.name}: nothing to open`)
      openFrame(played.sides[event.side], sent.frame)
      played.events.push({ do: 'open', side: event.side, frame: sent.index })
    }
  }
  return played
}

function playSeal({ sides, frames }: Played, event: Event & { do: 'seal' }, draw: Draw): Sealed {
  const drawn = event.turn ? draws(draw) : undefined
  const padded = packBlock(event.records, event.turn ? TURN_ROOM : ROOM)
  const { frame, passage } = sealFrame(sides[event.side], padded, drawn)
  const index = frames.push({ by: event.side, frame }) - 1
  return { do: 'seal', side: event.side, index, ...(drawn && { draws: drawn }), ...describe(passage, padded), frame }
}

/** The plaintext without its zeros: the padding puts them back. */
function describe({ header, mk, nextCk, turn: step }: Passage, padded: Uint8Array) {
  const length = ((padded[0] ?? 0) << 8) | (padded[1] ?? 0)
  return {
    turn: header.turn,
    n: header.n,
    ...(step && { pn: header.keys?.pn, step }),
    mk,
    nextCk,
    block: padded.slice(2, 2 + length),
  }
}
