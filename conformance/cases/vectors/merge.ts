/** `merge.json`: two versions of one item and what they become, in either order; refused items. */
import { type Stamp, SyncItem } from '@solo2/proto/sync'
import { mergeVectors } from './data.js'
import { bytesOf, ensureRefused, ensureSame, hex, unhex, type VectorCase, vectorCase } from './judge.js'

const { joins, refusals } = mergeVectors
const file = 'merge'

/** Of the change that a join makes, above all that the vectors have. */
const NEXT: Stamp = { counter: 99n, replica: new Uint8Array(16).fill(9) }

const joinCases = joins.map(({ name, mine, theirs, joined, verdict }) =>
  vectorCase({
    file,
    group: 'join',
    name,
    title: `joins two versions: ${name}`,
    promises: ['V15'],
    rules: ['11-64', '11-67', '11-68', '11-69', '11-70'],
    explain:
      'In either order, with the dot of the version that it equals or a new one. Devices that join otherwise never come to the same.',
    async run(testee) {
      const [a, b] = [unhex(mine), unhex(theirs)]
      // Of two that are equal the greater dot stays, and theirs is the greater one in every pair.
      const dot = {
        mine: SyncItem.decode(a).dot,
        theirs: SyncItem.decode(b).dot,
        both: SyncItem.decode(b).dot,
        new: NEXT,
      }
      const expected = hex(SyncItem.encode({ ...SyncItem.decode(unhex(joined)), dot: dot[verdict] }).finish())
      for (const [first, second] of [
        [a, b],
        [b, a],
      ] as const) {
        const value = { mine: first, theirs: second, next: NEXT }
        ensureSame('joined', await bytesOf(testee, { $case: 'joinItems', value }), expected)
      }
    },
  }),
)

const refusedCases = refusals.map(({ name, comment, item, code }) =>
  vectorCase({
    file,
    group: 'refused',
    name,
    title: `refuses an item: ${name}`,
    promises: [],
    rules: ['11-60', '11-61', '11-75'],
    explain: `${comment} Nothing of a batch with such an item is kept, and the tunnel ends.`,
    run: (testee) => ensureRefused(testee, { $case: 'checkItem', value: { item: unhex(item) } }, code),
  }),
)

export const mergeCases: readonly VectorCase[] = [...joinCases, ...refusedCases]
