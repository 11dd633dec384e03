/** The schedules of the ratchet's transcripts, as data. */

import { ascii, zeros } from '../literal/bytes.js'
import type { LiteralRecord } from '../literal/frame.js'

/** `turn`: the frame starts a turn. Frames are opened in the order in which they were sealed. */
export type Event =
  | {
      readonly do: 'seal'
      readonly side: 'I' | 'R'
      readonly turn: boolean
      readonly records: readonly LiteralRecord[]
    }
  | { readonly do: 'open'; readonly side: 'I' | 'R' }

export interface Script {
  readonly name: string
  readonly comment: string
  readonly events: readonly Event[]
}

const seal = (side: 'I' | 'R', turn: boolean, ...records: readonly LiteralRecord[]): Event => ({
  do: 'seal',
  side,
  turn,
  records,
})
const open = (side: 'I' | 'R'): Event => ({ do: 'open', side })
const chat = (text: string): LiteralRecord => ({ kind: 'content_part', stream: 1, last: true, data: ascii(text) })
const progress = (offset: bigint): LiteralRecord => ({ kind: 'file_progress', file: zeros(16).fill(7), offset })
const chunk = (offset: bigint): LiteralRecord => ({
  kind: 'file_chunk',
  file: zeros(16).fill(7),
  offset,
  data: zeros(4027).fill(1),
})
const hash = (): LiteralRecord => ({ kind: 'rendezvous_hash', epoch: 20_000, hash: zeros(32).fill(3) })

export const SCRIPTS: readonly Script[] = [
  {
    name: 'ping-pong',
    comment: 'Each frame answers the one before, so each starts a turn.',
    events: (['I', 'R', 'I', 'R', 'I', 'R'] as const).flatMap((side, i) => [
      seal(side, true, ...(i < 2 ? [hash()] : i < 4 ? [chat('hello')] : [])),
      open(side === 'I' ? 'R' : 'I'),
    ]),
  },
  {
    name: 'crossing',
    comment:
      'Several frames on a chain; frames under way while the other side turns; file frames that stay on the old chain.',
    events: [
      seal('I', true, hash()),
      seal('I', false, chat('before any answer')),
      open('R'),
      seal('R', true, hash()),
      open('R'),
      seal('R', false, chat('second of turn 2')),
      open('I'),
      open('I'),
      seal('I', true, chat('turn 3')),
      // These two are sealed before turn 3 arrives, on the chain of turn 2.
      seal('R', false, chat('crossing')),
      seal('R', false),
      open('R'),
      // A turn is due now, but file data may wait.
      seal('R', false, chunk(0n)),
      open('I'),
      open('I'),
      open('I'),
      seal('R', true, chat('turn 4')),
      seal('I', false, progress(4027n)),
      open('I'),
      open('R'),
      seal('I', true),
      open('R'),
    ],
  },
]
