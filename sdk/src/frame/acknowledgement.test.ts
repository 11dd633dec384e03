import { describe, expect, it } from 'vitest'
import { CHOSEN } from '../limits.js'
import { fileDataCame } from './acknowledgement.js'

const { ACK_MS, ACK_FRAMES_MIN, ACK_FRAMES_MAX } = CHOSEN

describe('fileDataCame', () => {
  it('asks for an acknowledgement of the first frame, then after ACK_MS', () => {
    const first = fileDataCame(undefined, 1_000)
    expect(first).toEqual({ state: { came: 1, told: 1, cameAt: 1_000, toldAt: 1_000 }, due: true })
    const early = fileDataCame(first.state, 1_000 + ACK_MS - 1)
    expect(early).toEqual({ state: { came: 2, told: 1, cameAt: 1_000 + ACK_MS - 1, toldAt: 1_000 }, due: false })
    expect(fileDataCame(early.state, 1_000 + ACK_MS)).toEqual({
      state: { came: 3, told: 3, cameAt: 1_000 + ACK_MS, toldAt: 1_000 + ACK_MS },
      due: true,
    })
  })

  it('asks for one where the clock went back, since it cannot tell how long', () => {
    const told = { came: 1, told: 1, cameAt: 1_000, toldAt: 1_000 }
    expect(fileDataCame(told, 999)).toEqual({ state: { came: 2, told: 2, cameAt: 999, toldAt: 999 }, due: true })
    expect(fileDataCame(told, 1_000).due).toBe(false)
  })

  it('begins anew after a pause of ACK_MS', () => {
    const told = { came: 400, told: 390, cameAt: 1_000, toldAt: 950 }
    expect(fileDataCame(told, 999 + ACK_MS).state.came).toBe(401)
    const anew = fileDataCame(told, 1_000 + ACK_MS)
    expect(anew).toEqual({ state: { came: 1, told: 1, cameAt: 1_000 + ACK_MS, toldAt: 1_000 + ACK_MS }, due: true })
  })

  it.each([
    ['ACK_FRAMES_MIN at least', 9, ACK_FRAMES_MIN],
    ['a quarter of what came between', 100, 25],
    ['a quarter, rounded down', 103, 25],
    ['ACK_FRAMES_MAX at most', 4 * ACK_FRAMES_MAX + 40, ACK_FRAMES_MAX],
  ])('asks for one after so many frames: %s', (_, came, frames) => {
    const after = (untold: number) => fileDataCame({ came: came - 1, told: came - untold, cameAt: 0, toldAt: 0 }, 0).due
    expect(after(frames - 1)).toBe(false)
    expect(after(frames)).toBe(true)
  })
})
