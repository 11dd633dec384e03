import type { GivenIceServers, IceServer, NetworkChoices, Transport } from '@solo2/sdk/node'
import { describe, expect, it } from 'vitest'
import { checkPaths, hostAddresses } from './paths.js'
import { verdictOf } from './verdict.js'
import { type Asker, type Heard, readUrl } from './ways.js'

const STUN: IceServer = { urls: ['stun:s.test:8470'] }
const URLS = ['turn:m.test?transport=udp', 'turn:m.test?transport=tcp', 'turns:m.test?transport=tcp']
const MIRROR: IceServer = { urls: URLS, username: '1790000000:fingerprint', credential: 'a secret' }
const BEFORE = (['session', 'socket'] as const).map((check) => ({ check, level: 'fine' as const }))
const SILENT: Heard = { outcome: 'silent' }
const ALLOCATED: Heard = { outcome: 'allocated' }

/** Two ends that reach each other, or not. */
function pairOf(opens: boolean): Transport {
  return {
    connect: (_, events) => {
      queueMicrotask(opens ? events.onOpen : events.onClose)
      return {
        createOffer: async () => '',
        acceptOffer: async () => '',
        acceptAnswer: async () => {},
        bufferedAmount: 0,
        send: events.onMessage,
        path: async () => ({ kind: 'unknown', local: '', remote: '' }),
        close() {},
      }
    },
  }
}

interface World {
  readonly servers?: readonly IceServer[]
  readonly mirrorAfterMs?: number
  readonly paths?: NetworkChoices['paths']
  /** Ports as which others see this one, in the order of who is asked. */
  readonly seen?: readonly number[]
  readonly heard?: Readonly<Partial<Record<'udp' | 'tcp' | 'tls', Heard>>>
  readonly opens?: true
}

async function look({ servers = [STUN, MIRROR], mirrorAfterMs = 0, paths = 'any', ...world }: World) {
  const asked: string[] = []
  const ask: Asker = {
    async addresses(places) {
      asked.push(...places.map(({ host }) => host))
      return places.map((_, n) => {
        const port = world.seen?.[n]
        return port === undefined ? undefined : { address: '192.0.2.9', port }
      })
    },
    async relay({ by, host }) {
      asked.push(host)
      return world.heard?.[by] ?? ALLOCATED
    },
  }
  const given: GivenIceServers = { servers, mirrorAfterMs }
  const findings = await checkPaths(pairOf(world.opens === true), given, paths, ask)
  const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]))
  return { verdict: verdictOf([...BEFORE, ...findings]), levels, asked, said: JSON.stringify(findings) }
}

describe('paths', () => {
  it.each<[string, string, World]>([
    ['fine', 'everything answers', { seen: [1, 1], opens: true }],
    ['fine', 'no STUN answers and the mirror relays', { opens: true }],
    ['fine', 'there is no mirror and direct paths have a chance', { servers: [STUN], seen: [1] }],
    ['no_mirror', 'nothing answers over UDP, and there is no mirror', { servers: [STUN] }],
    ['mirror_missing', 'the mirror was chosen, and there is none', { servers: [STUN], seen: [1], paths: 'mirror' }],
    ['mirror_unreachable', 'UDP is blocked', { heard: { udp: SILENT, tcp: SILENT, tls: ALLOCATED } }],
    ['mirror_unreachable', 'the name of the mirror is not found', { heard: { udp: { reason: 'ENOTFOUND' } } }],
    [
      'mirror_unreachable',
      'the mirror is named for TLS only',
      { servers: [STUN, { ...MIRROR, urls: [URLS[2] ?? ''] }] },
    ],
    ['mirror_fails', 'the credential is refused', { seen: [1, 1], heard: { udp: { outcome: 401 } } }],
    ['mirror_fails', 'nothing comes through', { seen: [1, 1] }],
    ['untried', 'credentials of the mirror are used up', { servers: [STUN], mirrorAfterMs: 90_000 }],
    ['untried', 'the server names nobody', { servers: [] }],
  ])('[T8] [T10] %s: %s', async (verdict, _, world) => {
    expect((await look(world)).verdict).toBe(verdict)
  })

  it('[T11] are asked of those whom the server names, and a credential is said to nobody', async () => {
    const outcomes: readonly Heard[] = [ALLOCATED, SILENT, { outcome: 401 }, { outcome: 499 }, { reason: 'ENOTFOUND' }]
    for (const udp of outcomes) {
      const { asked, said } = await look({ seen: [1, 1], heard: { udp }, opens: true })
      expect([...new Set(asked)].sort()).toEqual(['m.test', 's.test'])
      for (const secret of [MIRROR.username, MIRROR.credential]) expect(said).not.toContain(secret)
    }
  })

  it('tell a network that gives each destination another port', async () => {
    expect((await look({ seen: [1, 2], opens: true })).levels).toMatchObject({ mapping: 'warning' })
    expect((await look({ seen: [1, 1], opens: true })).levels).toMatchObject({ mapping: 'fine' })
  })

  it('that only browsers go are a warning', async () => {
    const { verdict, levels } = await look({ seen: [1, 1], heard: { tcp: SILENT, tls: SILENT }, opens: true })
    expect([verdict, levels['relay_tcp'], levels['relay_tls']]).toEqual(['fine', 'warning', 'warning'])
  })
})

describe('addresses', () => {
  it.each([
    ['stun:127.0.0.1:8470', { by: 'stun', host: '127.0.0.1', port: 8_470 }],
    ['stun:[2001:db8::1]', { by: 'stun', host: '2001:db8::1', port: 3_478 }],
    ['turn:m.test', { by: 'udp', host: 'm.test', port: 3_478 }],
    ['turn:m.test:3478?transport=tcp', { by: 'tcp', host: 'm.test', port: 3_478 }],
    ['turns:m.test?transport=tcp', { by: 'tls', host: 'm.test', port: 5_349 }],
    ['turns:m.test?transport=udp', undefined],
    ['https://m.test', undefined],
  ])('of %s', (url, read) => {
    expect(readUrl(url)).toEqual(read)
  })

  it('of the host candidates, each once', () => {
    const line = (address: string, type: string) => `a=candidate:1 1 UDP 2122317823 ${address} 4000 typ ${type}`
    const lines = [
      line('192.0.2.2', 'host'),
      line('fd00::2', 'host'),
      line('192.0.2.2', 'host'),
      line('9.9.9.9', 'srflx'),
    ]
    expect(hostAddresses(lines.join('\r\n'))).toEqual(['192.0.2.2', 'fd00::2'])
  })
})
