import { describe, expect, it } from 'vitest'
import { decidePairing } from './pairing.js'

const none = { crossed: false, repeated: false, incoming: 0, outgoing: 0 }

describe('who may ask whom', () => {
  it.each([
    ['the hundredth of a recipient', { ...none, incoming: 99 }, 'create'],
    ['one more', { ...none, incoming: 100 }, 'refuse'],
    ['the fiftieth of a requester', { ...none, outgoing: 49 }, 'create'],
    ['one more of theirs', { ...none, outgoing: 50 }, 'refuse'],
    ['a repeated one, however many wait', { ...none, repeated: true, incoming: 100, outgoing: 50 }, 'keep'],
    ['an answer by asking, however many wait', { ...none, crossed: true, incoming: 100, outgoing: 50 }, 'accept'],
  ] as const)('%s', (_, facts, verdict) => {
    expect(decidePairing(facts)).toBe(verdict)
  })
})
