/** Mirror credentials in time (spec/05 section 11). */
import { beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../adapters/memory/clock.js'
import { Solo2Error } from '../errors.js'
import { createIceServers, type IceServers } from './ice-servers.js'

const STUN = { urls: ['stun:s.test'], username: '', credential: '', expiresAt: 0n, lifetime: 0 }
const DAY = 86_400

let clock: ReturnType<typeof manualClock>
let asked: number
let lifetime: number
/** What the server does when it is asked. */
let answer: () => Promise<{ servers: (typeof STUN)[]; mirrorAfter: number }>
let iceServers: IceServers

/** By the server's clock, which is nobody's business here: wrong by days. */
function mirror(): typeof STUN {
  return { urls: ['turn:m.test'], username: `1:${asked}`, credential: 'key', expiresAt: 1n, lifetime }
}

const away = () => Promise.reject(new Solo2Error('server_away', 'nobody answers'))
const silent = () => new Promise<never>(() => undefined)
const names = async () => (await iceServers.current()).map(({ urls, username }) => username ?? urls[0])

beforeEach(() => {
  clock = manualClock(Date.UTC(2030, 0, 1))
  asked = 0
  lifetime = DAY
  answer = async () => ({ servers: [STUN, mirror()], mirrorAfter: 0 })
  const call = (name: string) => {
    expect(name).toBe('getIceServers')
    asked++
    return answer()
  }
  iceServers = createIceServers(clock, () => ({ call: call as never }))
})

describe('[T8 M1] mirror credentials', () => {
  it('one question serves all who ask at once, and all that is connected for an hour', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, names))
    expect(new Set(all.flat())).toEqual(new Set(['stun:s.test', '1:1']))
    await clock.advance(3_599_000)
    await names()
    expect(asked).toBe(1)
    await clock.advance(1_000)
    expect(await names()).toEqual(['stun:s.test', '1:2'])
  })

  it.each([
    [60, 30],
    [1_200, 900],
  ])('of %i s are asked for again when %i s are over', async (life, renewed) => {
    lifetime = life
    await names()
    const [, first] = await iceServers.current()
    expect(first?.renewAt).toBe(clock.now() + renewed * 1_000)
    await clock.advance(renewed * 1_000 - 1)
    await names()
    expect(asked).toBe(1)
    await clock.advance(1)
    expect(await names()).toEqual(['stun:s.test', '1:2'])
  })

  it('while the server is away: used as long as they live, and never past their end', async () => {
    lifetime = 600
    await names()
    answer = away
    await clock.advance(599_999)
    expect(await names()).toEqual(['stun:s.test', '1:1'])
    await clock.advance(1)
    expect(await names()).toEqual(['stun:s.test'])
    answer = async () => ({ servers: [STUN, mirror()], mirrorAfter: 0 })
    expect(await names()).toEqual(['stun:s.test', `1:${asked}`])
  })

  it('a server that does not answer keeps nobody waiting longer than gathering, where something is known', async () => {
    await names()
    answer = silent
    iceServers.forget()
    let got: unknown
    void names().then((found) => {
      got = found
    })
    await clock.advance(1_999)
    expect(got).toBeUndefined()
    await clock.advance(1)
    expect(got).toEqual(['stun:s.test', '1:1'])
  })

  it("when the hour's are used up those that live are kept, and the server is asked when it said", async () => {
    lifetime = 3_600
    await names()
    answer = async () => ({ servers: [STUN], mirrorAfter: 1_000 })
    iceServers.forget()
    expect(await names()).toEqual(['stun:s.test', '1:1'])
    await clock.advance(999_999)
    await names()
    expect(asked).toBe(2)
    answer = async () => ({ servers: [STUN, mirror()], mirrorAfter: 0 })
    await clock.advance(1)
    expect(await names()).toEqual(['stun:s.test', '1:3'])
  })

  it('a mirror that the server does not name any more is not used, though its credential lives', async () => {
    await names()
    answer = async () => ({ servers: [STUN], mirrorAfter: 0 })
    iceServers.forget()
    expect(await names()).toEqual(['stun:s.test'])
  })

  it('a diagnosis asks whatever is known, and is told what is still used, when there is more, and why there is nothing', async () => {
    await names()
    expect(await iceServers.ask()).toMatchObject({ servers: [{}, { username: '1:2' }], mirrorAfterMs: 0 })
    answer = async () => ({ servers: [STUN], mirrorAfter: 9 })
    expect(await iceServers.ask()).toMatchObject({ servers: [{}, { username: '1:2' }], mirrorAfterMs: 9_000 })
    answer = away
    await expect(iceServers.ask()).rejects.toMatchObject({ code: 'server_away' })
    expect(asked).toBe(4)
  })

  it('after a refusal the next one who asks asks again', async () => {
    answer = away
    expect(await names()).toEqual([])
    expect(await names()).toEqual([])
    expect(asked).toBe(2)
  })
})
