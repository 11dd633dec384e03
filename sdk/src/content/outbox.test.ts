import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { toHex } from '../bytes/bytes.js'
import { createDedupeIndex, dedupeKey } from './dedupe.js'
import {
  addContent,
  markSent,
  nextToSend,
  type Outbox,
  outboxContents,
  renewOutbox,
  restoreOutbox,
  takeReceipt,
  tunnelLost,
} from './outbox.js'

const AUTHOR = new Uint8Array(32).fill(9)

function entry(number: number) {
  const id = new Uint8Array(16)
  new DataView(id.buffer).setUint32(0, number)
  return { id, content: Uint8Array.of(number) }
}

/** Gives out all that waits. */
function drain(outbox: Outbox): { outbox: Outbox; given: number[] } {
  const given: number[] = []
  let rest = outbox
  for (let next = nextToSend(rest); next !== undefined; next = nextToSend(rest)) {
    given.push(next.content[0] as number)
    rest = markSent(rest)
  }
  return { outbox: rest, given }
}

describe('outbox', () => {
  it('sends what was not acknowledged again on the next tunnel, in the order of writing', () => {
    let outbox = restoreOutbox([])
    for (const number of [1, 2, 3, 4]) outbox = addContent(outbox, entry(number))
    outbox = drain(outbox).outbox
    const { outbox: acknowledged, delivered } = takeReceipt(outbox, [entry(2).id, entry(77).id])
    expect(delivered.map(({ content }) => content[0])).toEqual([2])
    outbox = tunnelLost(addContent(acknowledged, entry(5)))
    expect(drain(outbox).given).toEqual([1, 3, 4, 5])
  })

  it('takes a receipt for what waits: an earlier tunnel brought it', () => {
    const outbox = restoreOutbox([entry(1), entry(2)])
    const receipt = takeReceipt(outbox, [entry(2).id])
    expect(receipt.delivered).toHaveLength(1)
    expect(drain(receipt.outbox).given).toEqual([1])
  })

  it('does nothing for a repeated receipt, and for a send of nothing', () => {
    const outbox = restoreOutbox([])
    expect(takeReceipt(outbox, [entry(1).id])).toEqual({ outbox, delivered: [] })
    expect(outboxContents(markSent(outbox))).toEqual([])
  })

  it('[C4] brings each content once and in order to the other side, whatever tunnels do', () => {
    const action = fc.constantFrom(
      'write',
      'write',
      'send',
      'send',
      'arrive',
      'arrive',
      'receipt',
      'lose',
      'renew',
      'restart',
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        let outbox = restoreOutbox([])
        let written = 0
        /** On the tunnel: contents one way, receipts the other. Lost with it. */
        let contents: number[] = []
        let receipts: Uint8Array[] = []
        const shown: number[] = []
        const dedupe = createDedupeIndex()

        const act: Record<string, () => void> = {
          write: () => {
            outbox = addContent(outbox, entry(++written))
          },
          send: () => {
            const next = nextToSend(outbox)
            if (next === undefined) return
            contents.push(next.content[0] as number)
            outbox = markSent(outbox)
          },
          arrive: () => {
            const number = contents.shift()
            if (number === undefined) return
            const { id } = entry(number)
            if (dedupe.arrival(AUTHOR, id) === 'new') {
              shown.push(number)
              dedupe.committed(AUTHOR, id)
            }
            receipts.push(id)
          },
          receipt: () => {
            outbox = takeReceipt(outbox, receipts).outbox
            receipts = []
          },
          lose: () => {
            contents = []
            receipts = []
            outbox = tunnelLost(outbox)
          },
          renew: () => {
            outbox = renewOutbox(outbox, outboxContents(outbox))
          },
          restart: () => {
            act['lose']?.()
            outbox = restoreOutbox(outboxContents(outbox))
          },
        }
        for (const name of actions) act[name]?.()
        // At last a tunnel that lasts.
        act['lose']?.()
        while (outboxContents(outbox).length > 0) for (const name of ['send', 'arrive', 'receipt']) act[name]?.()
        expect(shown).toEqual(Array.from({ length: written }, (_, i) => i + 1))
      }),
      { numRuns: cases('property.bytes') },
    )
  })

  it('takes what another own device did to it: what the tunnel has is not given to it twice, what is done is gone', () => {
    let outbox = restoreOutbox([])
    for (const number of [1, 2, 4]) outbox = addContent(outbox, entry(number))
    outbox = renewOutbox(markSent(markSent(outbox)), [2, 3, 4].map(entry))
    expect(outbox.sent.map(({ id }) => id)).toEqual([entry(2).id])
    expect(outbox.waiting.map(({ id }) => id)).toEqual([entry(3).id, entry(4).id])
    expect(outbox.waiting.map(({ given }) => given)).toEqual([true, false])
    expect(tunnelLost(outbox).waiting.map(({ id }) => id)).toEqual([2, 3, 4].map((number) => entry(number).id))
  })
})

describe('dedupe', () => {
  it('knows a content by its author and ID, and only once it is committed', () => {
    const index = createDedupeIndex([dedupeKey(AUTHOR, entry(1).id)])
    expect(index.arrival(AUTHOR, entry(1).id)).toBe('repeat')
    expect(index.arrival(new Uint8Array(32), entry(1).id)).toBe('new')
    expect(index.arrival(AUTHOR, entry(2).id)).toBe('new')
    expect(index.arrival(AUTHOR, entry(2).id)).toBe('new')
    index.committed(AUTHOR, entry(2).id)
    expect(index.arrival(AUTHOR, entry(2).id)).toBe('repeat')
    expect(dedupeKey(AUTHOR, entry(2).id)).toBe(toHex(AUTHOR) + toHex(entry(2).id))
  })
})
