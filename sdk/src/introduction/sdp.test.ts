import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { Solo2Error } from '../errors.js'
import { checkSdp, fitSdp, withoutAddresses } from './sdp.js'

interface Sample {
  readonly madeBy: string
  readonly offer: string
  readonly answer: string
}

const file = new URL('../../test/fixtures/sdp/samples.json', import.meta.url)
const samples = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Sample>
const chromium = (samples['chromium'] as Sample).offer

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof Solo2Error) return error.code
    throw error
  }
  return 'accepted'
}

const line = (text: string) => `${text}\r\n`
const mid = line('a=mid:0')

describe('SDP', () => {
  it.each(Object.keys(samples))('takes what %s makes', (name) => {
    const { offer, answer } = samples[name] as Sample
    expect(checkSdp(offer, 'offer').fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(checkSdp(answer, 'answer').candidates).toBeGreaterThan(0)
    expect(offer).toContain(checkSdp(offer, 'offer').fingerprint)
  })

  const deviations: Record<string, string> = {
    nothing: '',
    'two media sections': chromium + chromium.slice(chromium.indexOf('m=')),
    'an audio section': `${chromium}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`,
    'two fingerprints': chromium.replace(mid, mid + (/a=fingerprint:.*\r\n/.exec(chromium)?.[0] ?? '')),
    'no fingerprint': chromium.replace(/a=fingerprint:.*\r\n/, ''),
    'a sha-1 fingerprint': chromium.replace(/a=fingerprint:.*\r\n/, line(`a=fingerprint:sha-1 ${'AB:'.repeat(19)}CD`)),
    'a short fingerprint': chromium.replace(/(a=fingerprint:sha-256 )..:/, '$1'),
    'the role of an answer': chromium.replace('actpass', 'active'),
    holdconn: chromium.replace('actpass', 'holdconn'),
    'no ICE password': chromium.replace(/a=ice-pwd:.*\r\n/, ''),
    'two ICE user names': chromium.replace(mid, `${mid}a=ice-ufrag:abcd\r\n`),
    'an RTP map': chromium.replace(mid, `${mid}a=rtpmap:111 opus/48000/2\r\n`),
    'a bandwidth': chromium.replace(mid, `${mid}b=AS:30\r\n`),
    'an encryption key': chromium.replace(mid, `${mid}k=clear:abc\r\n`),
    'a name of Object': chromium.replace(mid, `${mid}a=constructor:x\r\n`),
    'ICE lite': chromium.replace(mid, `${mid}a=ice-lite\r\n`),
    'bare line feeds': chromium.replaceAll('\r\n', '\n'),
    'a last line that does not end': chromium.slice(0, -2),
    'an empty line': chromium.replace(mid, `${mid}\r\n`),
    'small messages': chromium.replace('262144', '4095'),
    'SCTP port 0': chromium.replace('sctp-port:5000', 'sctp-port:0'),
    'a candidate of component 2': chromium.replace(/(a=candidate:\d+) 1 /, '$1 2 '),
    'a candidate by name': chromium.replace(/[0-9a-f-]{36}\.local/, 'tracker.example'),
    'a candidate by a name of hex letters': chromium.replace(/[0-9a-f-]{36}\.local/, 'bad.cafe'),
    'a candidate at port 0': chromium.replace(/\.local \d+ /, '.local 0 '),
    'a candidate at port 65536': chromium.replace(/\.local \d+ /, '.local 65536 '),
    'a candidate before the media section': chromium.replace('m=', `${/a=candidate.*\r\n/.exec(chromium)?.[0]}m=`),
    '25 candidates': chromium.replace(mid, mid + (/a=candidate.*\r\n/.exec(chromium)?.[0] ?? '').repeat(23)),
    'over 3,500 bytes': chromium.replace(mid, mid + line(`a=end-of-candidates`).repeat(140)),
    'a line of 301 characters': chromium.replace('s=-', `s=${'x'.repeat(299)}`),
    'version 1': chromium.replace('v=0', 'v=1'),
    'swapped first lines': chromium.replace('s=-\r\nt=0 0', 't=0 0\r\ns=-'),
  }
  it.each(Object.keys(deviations))('refuses %s', (name) => {
    const sdp = deviations[name] as string
    expect(sdp).not.toBe(chromium)
    expect(codeOf(() => checkSdp(sdp, 'offer'))).toBe('bad_sdp')
  })

  it('refuses an offer as an answer and the reverse', () => {
    const { offer, answer } = samples['firefox'] as Sample
    expect(codeOf(() => checkSdp(offer, 'answer'))).toBe('bad_sdp')
    expect(codeOf(() => checkSdp(answer, 'offer'))).toBe('bad_sdp')
  })

  it('takes 24 candidates', () => {
    const candidate = /a=candidate.*\r\n/.exec(chromium)?.[0] ?? ''
    const many = chromium.replace(mid, mid + candidate.replace(/ generation.*\r/, '\r').repeat(22))
    expect(checkSdp(many, 'offer').candidates).toBe(24)
  })

  it('answers any text with bad_sdp or takes it, quickly', () => {
    const pieces = [
      ...chromium.split('\r\n'),
      'a=',
      'm=',
      'a=candidate:',
      `a=x${'0'.repeat(290)}`,
      'a=ice-options:trickle ',
    ]
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4_000 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((lines) => `${lines.join('\r\n')}\r\n`),
    )
    fc.assert(
      fc.property(text, (sdp) => ['bad_sdp', 'accepted'].includes(codeOf(() => checkSdp(sdp, 'offer')))),
      { numRuns: cases('property.bytes') },
    )
  })

  it('drops the least useful candidates of an own SDP that is too long, and keeps a relay', () => {
    const hosts = Array.from(
      { length: 60 },
      (_, i) => `a=candidate:${i} 1 udp ${2_000_000 + i} 192.0.2.${i + 1} 50000 typ host generation 0 network-id 1\r\n`,
    )
    const relay = 'a=candidate:99 1 udp 5 203.0.113.9 49160 typ relay raddr 0.0.0.0 rport 0\r\n'
    const fitted = fitSdp(chromium.replace(mid, mid + hosts.join('') + relay))
    const checked = checkSdp(fitted, 'offer')
    expect(checked.candidates).toBeLessThanOrEqual(24)
    expect(checked.candidates).toBeGreaterThan(20)
    expect(fitted).toContain('typ relay')
    expect(fitted).toContain('2000059')
    expect(fitted).not.toContain('2000000 ')
    expect(fitSdp(chromium)).toBe(chromium)
    expect(codeOf(() => fitSdp(chromium.replace(mid, mid + line('a=sendrecv').repeat(400))))).toBe('bad_sdp')
  })
})

describe('an SDP that tells no address (06-74)', () => {
  const relayed = [
    'a=candidate:1 1 udp 41885439 203.0.113.9 49160 typ relay raddr 198.51.100.7 rport 48748 generation 0 network-id 1 network-cost 10',
    'a=candidate:2 1 UDP 41885438 2001:db8:9::9 49161 typ relay raddr 2001:db8:7::7 rport 48749',
    'a=candidate:3 1 udp 41885437 203.0.113.9 49162 typ relay',
  ]
  const own = ['192.0.2.14', '198.51.100.7', '48748', '48749', '2001:db8:7::7', '2001:db8::1', '.local', '10.1.2.3']

  it.each(Object.keys(samples))('[T8] is what is left of what %s makes', (name) => {
    for (const type of ['offer', 'answer'] as const) {
      const plain = (samples[name] as Sample)[type]
        .replace(/^o=(\S+) .*$/m, 'o=$1 4611731400430051336 12 IN IP4 10.1.2.3\r')
        .replace(/^c=.*$/m, 'c=IN IP4 10.1.2.3\r')
        .replace('a=ice-ufrag', `${relayed.join('\r\n')}\r\na=ice-ufrag`)
        .replaceAll('\r\r', '\r')
      expect(checkSdp(plain, type).candidates).toBeGreaterThan(3)
      const hidden = withoutAddresses(plain)
      const relays = (plain.match(/ typ relay/g) ?? []).length
      expect(checkSdp(hidden, type)).toEqual({ ...checkSdp(plain, type), candidates: relays })
      expect(own.filter((address) => hidden.includes(address))).toEqual([])
      expect(hidden).not.toMatch(/network-/)
      expect(hidden).toContain(' 203.0.113.9 49160 typ relay raddr 0.0.0.0 rport 0 generation 0\r\n')
      expect(hidden).toContain(' 2001:db8:9::9 49161 typ relay raddr 0.0.0.0 rport 0\r\n')
      expect(hidden).toMatch(/^o=\S+ 4611731400430051336 12 IN IP4 0\.0\.0\.0\r$/m)
      expect(withoutAddresses(hidden)).toBe(hidden)
    }
  })
})
