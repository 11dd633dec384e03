import { describe, expect, it } from 'vitest'
import { codeOf } from '../../test/vectors/published.js'
import { PROTOCOL } from '../limits.js'
import { CONTENT_BYTES, createReassembly, type ReassemblyState, reassemble } from './reassembly.js'

function feed(state: ReassemblyState, stream: number, length: number, last: boolean) {
  return reassemble(state, { stream, last, data: new Uint8Array(length).fill(stream) })
}

describe('reassemble', () => {
  it('joins the pieces of each stream in order', () => {
    let state = createReassembly()
    for (const [stream, data] of [
      [1, [1, 2]],
      [9, [7]],
      [1, [3]],
    ] as const) {
      const step = reassemble(state, { stream, last: false, data: Uint8Array.from(data) })
      expect(step.content).toBeUndefined()
      state = step.state
    }
    const first = reassemble(state, { stream: 1, last: true, data: Uint8Array.of(4, 5) })
    expect(first.content).toEqual(Uint8Array.of(1, 2, 3, 4, 5))
    const second = reassemble(first.state, { stream: 9, last: true, data: Uint8Array.of(8) })
    expect(second.content).toEqual(Uint8Array.of(7, 8))
    expect(second.state.size).toBe(0)
  })

  it('gives a content in one piece at once, and frees its number', () => {
    const { state, content } = feed(createReassembly(), 3, 10, true)
    expect(content).toHaveLength(10)
    expect(state.size).toBe(0)
  })

  it('opens 64 streams, and no further one even for a single piece', () => {
    let state = createReassembly()
    for (let stream = 1; stream <= PROTOCOL.OPEN_STREAMS; stream++) state = feed(state, stream, 1, false).state
    expect(codeOf(() => feed(state, 65, 1, false))).toBe('too_many_streams')
    expect(codeOf(() => feed(state, 65, 1, true))).toBe('too_many_streams')
    expect(feed(state, 64, 1, true).content).toHaveLength(2)
    state = feed(state, 5, 1, true).state
    expect(feed(state, 65, 1, false).state.size).toBe(64)
  })

  it('keeps at most 66,616 bytes of a stream', () => {
    expect(CONTENT_BYTES).toBe(66_616)
    const { state } = feed(createReassembly(), 1, CONTENT_BYTES - 1, false)
    expect(feed(state, 1, 1, true).content).toHaveLength(CONTENT_BYTES)
    expect(codeOf(() => feed(state, 1, 2, true))).toBe('too_long')
    expect(codeOf(() => feed(state, 1, 2, false))).toBe('too_long')
    expect(codeOf(() => feed(createReassembly(), 1, CONTENT_BYTES + 1, true))).toBe('too_long')
  })

  it('refuses stream 0', () => {
    expect(codeOf(() => feed(createReassembly(), 0, 1, true))).toBe('malformed')
  })

  it('leaves the state of before as it was', () => {
    const { state } = feed(createReassembly(), 1, 2, false)
    feed(state, 1, 2, false)
    feed(state, 1, 2, true)
    feed(state, 2, 2, false)
    expect(feed(state, 1, 3, true).content).toHaveLength(5)
    expect(state.size).toBe(1)
  })
})
