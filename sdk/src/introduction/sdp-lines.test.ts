/** What each line of an SDP may be, at its edges; sdp.test.ts has whole ones. */
import { describe, expect, it } from 'vitest'
import { OFFER_SDP } from '../../test/fixtures/meeting-world.js'
import { codeOf } from '../../test/vectors/published.js'
import { PROTOCOL } from '../limits.js'
import { checkSdp, fitSdp } from './sdp.js'

const MID = 'a=mid:0\r\n'
/** An offer without a candidate. */
const BARE = OFFER_SDP.replace(/a=candidate.*\r\n/g, '')
const after = (...lines: readonly string[]) => BARE.replace(MID, MID + lines.map((line) => `${line}\r\n`).join(''))
const verdict = (sdp: string) => codeOf(() => checkSdp(sdp, 'offer')) ?? 'taken'

const candidate = (n: number, { transport = 'udp', priority = n, type = 'host', more = '' } = {}) =>
  `a=candidate:${n} 1 ${transport} ${priority} 192.0.2.1 9 typ ${type}${more}`
const many = (count: number) => Array.from({ length: count }, (_, n) => candidate(n))

describe('an SDP', () => {
  it('has 3,500 bytes, lines of 300 characters and 24 candidates at most', () => {
    const filled = (bytes: number) => {
      const flags = after(...new Array(Math.floor((bytes - BARE.length) / 12)).fill('a=sendrecv'))
      return flags.replace('s=-', `s=${'-'.repeat(1 + bytes - flags.length)}`)
    }
    expect(filled(PROTOCOL.SDP_BYTES)).toHaveLength(PROTOCOL.SDP_BYTES)
    expect([PROTOCOL.SDP_BYTES, PROTOCOL.SDP_BYTES + 1].map((bytes) => verdict(filled(bytes)))).toEqual([
      'taken',
      'bad_sdp',
    ])
    const origin = (name: string) => filled(PROTOCOL.SDP_BYTES).replace(/^o=\S/m, `o=${name}`)
    expect(
      ['u', 'ü'].map((name) => verdict(origin(name))),
      'it is bytes that count',
    ).toEqual(['taken', 'bad_sdp'])
    const long = (length: number) => {
      const short = `${candidate(1)}${` generation ${'0'.repeat(55)}`.repeat(3)} ufrag `
      return after(short + 'a'.repeat(length - short.length))
    }
    expect([299, 300, 301].map((length) => verdict(long(length)))).toEqual(['taken', 'taken', 'bad_sdp'])
    expect([24, 25].map((count) => verdict(after(...many(count))))).toEqual(['taken', 'bad_sdp'])
  })

  it.each([
    ['a second version', after('v=0')],
    ['a second origin', after('o=- 1 2 IN IP4 127.0.0.1')],
    ['a second session name', after('s=-')],
    ['a second time', after('t=0 0')],
    ['another origin', BARE.replace(/o=.*\r\n/, 'o=- 1 2 IN IP4 tracker.example\r\n')],
    ['a session name with a blank', BARE.replace(/s=.*\r\n/, 's=a b\r\n')],
    ['a time that ends', BARE.replace('t=0 0', 't=0 1')],
    [
      'a connection before the media section',
      BARE.replace('m=', 'c=IN IP4 0.0.0.0\r\nm=').replace(/(m=.*\r\n)c=.*\r\n/, '$1'),
    ],
    ['a connection to a name', BARE.replace(/c=.*\r\n/, 'c=IN IP4 tracker.example\r\n')],
    ['a line of two letters', after('ab=c')],
    ['a session name after another letter', BARE.replace(/s=.*\r\n/, 'sxa=b\r\n')],
    ['an attribute in the place of its version', BARE.replace('v=0', 'a=sendrecv')],
    ['an attribute in the place of its origin', BARE.replace(/o=.*\r\n/, 'a=sendrecv\r\n')],
    ['an attribute in the place of its session name', BARE.replace(/s=.*\r\n/, 'a=sendrecv\r\n')],
    ['an attribute in the place of its time', BARE.replace('t=0 0', 'a=sendrecv')],
    [
      'a last line that does not end',
      BARE.replace(/a=max-message-size.*\r\n/, '').concat('a=max-message-size:26214400'),
    ],
    ['an attribute without a name', after('a=:x')],
    ['a doubled attribute', after('a=max-message-size:262144')],
    ['a related port of letters', after(candidate(1, { type: 'srflx', more: ' raddr 192.0.2.9 rport x' }))],
    [
      'a related port that begins with letters',
      after(candidate(1, { type: 'srflx', more: ' raddr 192.0.2.9 rport x1' })),
    ],
    [
      'a related port that ends with letters',
      after(candidate(1, { type: 'srflx', more: ' raddr 192.0.2.9 rport 1x' })),
    ],
    ['a related port of six digits', after(candidate(1, { type: 'srflx', more: ' raddr 192.0.2.9 rport 123456' }))],
  ])('is refused with %s', (_, sdp) => {
    expect(sdp).not.toBe(BARE)
    expect(verdict(BARE)).toBe('taken')
    expect(verdict(sdp)).toBe('bad_sdp')
  })

  it.each([
    ['messages without a limit', BARE.replace('262144', '0')],
    ['messages of a frame', BARE.replace('262144', '4096')],
    ['SCTP port 1', BARE.replace('sctp-port:5000', 'sctp-port:1')],
    ['SCTP port 65,535', BARE.replace('sctp-port:5000', 'sctp-port:65535')],
    ['a related port', after(candidate(1, { type: 'srflx', more: ' raddr 192.0.2.9 rport 12345' }))],
  ])('is taken with %s', (_, sdp) => {
    expect(sdp).not.toBe(BARE)
    expect(verdict(sdp)).toBe('taken')
  })
})

describe('of the own candidates go first', () => {
  const left = (lines: readonly string[]) => fitSdp(after(...lines)).match(/a=candidate.*/g) ?? []

  it('none while there are 24 in 3,500 bytes', () => {
    expect(left(many(24))).toEqual(many(24))
  })

  it.each(['tcp', 'TCP'])('those over %s, whatever their priority', (transport) => {
    const over = candidate(99, { transport, priority: 9_999 })
    expect(left([...many(12), over, ...many(25).slice(12, 24)])).toEqual(many(24))
  })

  it('then those of the lowest priority, wherever they stand', () => {
    const low = candidate(99, { priority: 0 })
    const others = Array.from({ length: 24 }, (_, n) => candidate(n, { priority: 100 - n }))
    expect(left([...others.slice(0, 7), low, ...others.slice(7)])).toEqual(others)
  })

  it('of each type the last one only where it cannot be else', () => {
    const relay = candidate(99, { priority: 0, type: 'relay' })
    const bytes = PROTOCOL.SDP_BYTES - after(candidate(1)).length
    const long = (lines: readonly string[]) => fitSdp(after(...lines).replace('s=-', `s=${'-'.repeat(1 + bytes)}`))
    expect(long([relay, candidate(1)])).toHaveLength(PROTOCOL.SDP_BYTES)
    expect(long([relay, candidate(1)]).match(/a=candidate.*/g)).toEqual([candidate(1)])
  })

  it('but not the last of a type', () => {
    const relay = candidate(99, { priority: 0, type: 'relay' })
    expect(left([relay, ...many(24)])).toEqual([relay, ...many(24).slice(1)])
  })
})
