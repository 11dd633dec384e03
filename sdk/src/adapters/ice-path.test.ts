import { describe, expect, it } from 'vitest'
import { readPath } from './ice-path.js'

type Candidate = readonly [type: string, address?: string, port?: number]

/** Spelt as each implementation spells its selected pair. */
const SPELLINGS = {
  chromium: { transport: true, pair: { nominated: true, state: 'succeeded' } },
  firefox: { transport: false, pair: { selected: true, nominated: true, state: 'succeeded' } },
  'no selection, but one nominated': { transport: false, pair: { nominated: true, state: 'succeeded' } },
} as const

interface Fake {
  stats: object[]
  remoteSdp: string
}

function connectionOf(fake: Fake): RTCPeerConnection {
  const connection = {
    getStats: async () => new Map(fake.stats.map((stats, n) => [n, stats])),
    get remoteDescription() {
      return { type: 'answer', sdp: fake.remoteSdp }
    },
  }
  return connection as unknown as RTCPeerConnection
}

/** Of `pairs` the last one is selected; the others are of paths that were looked at. */
function statsOf(spelling: keyof typeof SPELLINGS, ...pairs: readonly (readonly [Candidate, Candidate])[]): object[] {
  const { transport, pair } = SPELLINGS[spelling]
  const all: object[] = []
  for (const [n, ends] of pairs.entries()) {
    for (const [side, [candidateType, address = '20.0.0.1', port = 5_000]] of ends.entries()) {
      all.push({ id: `c${n}${side}`, type: `${side ? 'remote' : 'local'}-candidate`, candidateType, address, port })
    }
    const state = n === pairs.length - 1 ? pair : { state: 'in-progress' }
    all.push({ id: `p${n}`, type: 'candidate-pair', localCandidateId: `c${n}0`, remoteCandidateId: `c${n}1`, ...state })
  }
  const selected = `p${pairs.length - 1}`
  return transport ? [{ id: 't', type: 'transport', selectedCandidatePairId: selected }, ...all] : all
}

const RELAY_SDP = 'v=0\r\na=candidate:1 1 UDP 5 20.0.0.20 50000 typ relay raddr 0.0.0.0 rport 0\r\n'

describe.each(Object.keys(SPELLINGS) as (keyof typeof SPELLINGS)[])(
  '[T10] the path by the statistics of %s',
  (spelling) => {
    it.each<[string, Candidate, Candidate]>([
      ['direct', ['host'], ['host']],
      ['direct', ['srflx'], ['prflx']],
      ['mirror', ['relay'], ['host']],
      ['mirror', ['srflx'], ['relay']],
      ['mirror', ['host'], ['prflx', '20.0.0.20', 50_000]],
      ['direct', ['host'], ['prflx', '20.0.0.20', 50_001]],
    ])('is %s between %j and %j', async (kind, local, remote) => {
      const looked = [['host'], ['relay']] as const
      const fake = { stats: statsOf(spelling, looked, [local, remote]), remoteSdp: RELAY_SDP }
      expect(await readPath(connectionOf(fake))).toEqual({ kind, local: local[0], remote: remote[0] })
    })

    it('follows the pair that ICE selects, there and back', async () => {
      const fake: Fake = { stats: [], remoteSdp: '' }
      const connection = connectionOf(fake)
      const seen: string[] = []
      for (const type of ['host', 'relay', 'srflx']) {
        fake.stats = statsOf(spelling, [['relay'], ['relay']], [[type], ['host']])
        seen.push((await readPath(connection)).kind)
      }
      expect(seen).toEqual(['direct', 'mirror', 'direct'])
    })
  },
)

describe('[T10] an end that was told by a packet before the description came, of which Node tells another candidate', () => {
  const line = (address: string, type: string) =>
    `a=candidate:1 1 udp 5 ${address} 50000 typ ${type} raddr :: rport 0\r\n`
  const [relays, six] = [line('20.0.0.20', 'relay') + line('20.0.0.21', 'relay'), line('2001:db8::2', 'srflx')]

  it.each<[string, string, Candidate, Candidate, string]>([
    ['mirror', six + relays, ['host', '20.0.2.2'], ['srflx', '2001:db8::2'], 'prflx'],
    [
      'mirror',
      line('20.0.1.2', 'srflx') + line('2001:db8::20', 'relay'),
      ['host', '2001:db8::9'],
      ['srflx', '20.0.1.2'],
      'prflx',
    ],
    ['direct', six + relays + line('20.0.1.2', 'srflx'), ['host', '20.0.2.2'], ['srflx', '2001:db8::2'], 'prflx'],
    ['direct', six, ['host', '20.0.2.2'], ['srflx', '2001:db8::2'], 'prflx'],
    ['mirror', six, ['relay', '20.0.0.20'], ['srflx', '2001:db8::2'], 'srflx'],
    ['direct', six + relays, ['host', '2001:db8::9'], ['srflx', '2001:db8::2'], 'srflx'],
    ['direct', six + relays, ['host', 'a-name.local'], ['srflx', '2001:db8::2'], 'srflx'],
    ['direct', six + relays, ['host', ''], ['srflx', '2001:db8::2'], 'srflx'],
  ])('is %s with %j between %j and %j', async (kind, remoteSdp, local, remote, told) => {
    const fake = { stats: statsOf('chromium', [local, remote]), remoteSdp }
    expect(await readPath(connectionOf(fake))).toEqual({ kind, local: local[0], remote: told })
  })
})

it('[T10] is unknown before a pair is selected, without candidates, and when there are no statistics', async () => {
  const unknown = { kind: 'unknown', local: '', remote: '' }
  const broken = { getStats: () => Promise.reject(new Error('closed')) } as unknown as RTCPeerConnection
  const bare = [{ id: 'p', type: 'candidate-pair', localCandidateId: 'a', remoteCandidateId: 'b', selected: true }]
  const without = [null, broken, ...[[], bare].map((stats) => connectionOf({ stats, remoteSdp: '' }))]
  for (const connection of without) expect(await readPath(connection)).toEqual(unknown)
})
