import { afterEach, expect, it, vi } from 'vitest'
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import { browserHost } from './host.js'

afterEach(() => vi.restoreAllMocks())

it('draws from the cryptographic source of the system and from nothing else, however much', () => {
  const drawn: number[] = []
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    const bytes = array as unknown as Uint8Array
    drawn.push(bytes.length)
    bytes.fill(drawn.length)
    return array
  })
  const dice = vi.spyOn(Math, 'random')
  const bytes = browserHost(noblePrimitives).random(65_536 + 10)
  expect(drawn).toEqual([65_536, 10])
  expect(new Set(bytes.subarray(0, 65_536))).toEqual(new Set([1]))
  expect(new Set(bytes.subarray(65_536))).toEqual(new Set([2]))
  expect(dice).not.toHaveBeenCalled()
})
