import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { isPublicAddress } from './public-address.js'
import { pushEndpoint } from './push-endpoint.js'
import { outcomeOf } from './push-outcome.js'

describe('[N1] which addresses a notification may go to', () => {
  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.9.9.9'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.1.1', '198.18.0.1'],
    ...['198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1'],
    ...['64:ff9b::808:808', '100::1', '2001::1', '2001:0:4136:e378::1', '2001:db8::1', '2002:7f00:1::', '3fff::1'],
    ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%lo', 'fec0::1', 'ff02::1', '4000::1'],
    ...['', 'localhost', '127.1', '0x7f000001', '2130706433', '8.8.8.8.', '8.8.8'],
  ])('not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  it.each([
    ...['8.8.8.8', '1.1.1.1', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '198.17.255.255'],
    ...[
      '223.255.255.255',
      '11.0.0.0',
      '9.255.255.255',
      '2606:4700::1111',
      '2a00:1450:4001::200e',
      '2001:4860:4860::8888',
    ],
  ])('but %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('[N1] which endpoints are push services', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://FCM.googleapis.com/wp/x',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAA',
    'https://web.push.apple.com/QGa',
    'https://wns2-by3p.notify.windows.com/w/?token=B',
    'https://fcm.googleapis.com:443/x',
  ])('%s', (endpoint) => {
    expect(pushEndpoint(endpoint, [])).toMatchObject({ listed: false })
  })
  it.each([
    'http://fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://fcm.googleapis.com.evil.example/x',
    'https://evil-push.apple.com.example/x',
    'https://push.apple.com/x',
    'https://xpush.apple.com/x',
    'https://user@fcm.googleapis.com/x',
    'https://fcm.googleapis.com@evil.example/x',
    'https://fcm.googleapis.com/x#y',
    'https://fcm.googleapis.com\\@evil.example/x',
    'https://fcm.googleapis.com./x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://localhost/x',
    'https://169.254.169.254/latest/meta-data',
    'ftp://fcm.googleapis.com/x',
    ' https://fcm.googleapis.com/x',
    'https://fcm.googleapis.com/a b',
    'https://fcm.googleapis.com/\r\nHost: evil',
    'https://fcm.googleapis.com/ü',
    `https://fcm.googleapis.com/${'a'.repeat(1_100)}`,
    'javascript:alert(1)',
    '',
  ])('not %s', (endpoint) => {
    expect(pushEndpoint(endpoint, [])).toBeUndefined()
  })
  it('also those that the operator named, by exact host and port; without TLS on loopback only', () => {
    const listed = ['push.example.org', '10.0.0.7:9000', '127.0.0.1:8081', '[::1]:8082']
    for (const endpoint of ['https://push.example.org/x', 'https://10.0.0.7:9000/x', 'http://127.0.0.1:8081/x'])
      expect(pushEndpoint(endpoint, listed)).toMatchObject({ listed: true })
    expect(pushEndpoint('http://[::1]:8082/x', listed)).toMatchObject({ listed: true })
    for (const endpoint of [
      'https://sub.push.example.org/x',
      'https://push.example.org:444/x',
      'http://push.example.org/x',
      'http://push.example.org:443/x',
      'http://10.0.0.7:9000/x',
      'https://10.0.0.7/x',
      'http://127.0.0.1:8080/x',
      'http://127.0.0.1/x',
    ])
      expect(pushEndpoint(endpoint, listed)).toBeUndefined()
  })
  it('never another host, whatever is written before or behind a known one', () => {
    const piece = fc.stringMatching(/^[a-z0-9.:@/\\#?%[\]-]{0,12}$/)
    fc.assert(
      fc.property(piece, piece, fc.constantFrom('fcm.googleapis.com', 'web.push.apple.com'), (before, behind, host) => {
        const found = pushEndpoint(`https://${before}${host}${behind}`, [])
        if (found === undefined) return
        const { hostname, port, protocol, username } = found.url
        expect([protocol, port, username]).toEqual(['https:', '', ''])
        expect(hostname === 'fcm.googleapis.com' || hostname.endsWith('.push.apple.com')).toBe(true)
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})

describe('[N1] what follows from an answer', () => {
  const now = Date.UTC(2030, 0, 15, 12)
  it.each([
    [201, undefined, { kind: 'sent' }],
    [200, undefined, { kind: 'sent' }],
    [404, undefined, { kind: 'gone' }],
    [410, undefined, { kind: 'gone' }],
    [400, undefined, { kind: 'refused', status: 400 }],
    [401, undefined, { kind: 'refused', status: 401 }],
    [403, undefined, { kind: 'refused', status: 403 }],
    [413, undefined, { kind: 'refused', status: 413 }],
    [302, undefined, { kind: 'refused', status: 302 }],
    [429, '120', { kind: 'later', afterMs: 120_000 }],
    [429, '0', { kind: 'later', afterMs: 1_000 }],
    [429, new Date(now + 90_000).toUTCString(), { kind: 'later', afterMs: 90_000 }],
    [429, 'soon', { kind: 'later', afterMs: 60_000 }],
    [429, '-5', { kind: 'later', afterMs: 60_000 }],
    [429, undefined, { kind: 'later', afterMs: 60_000 }],
    [500, '1', { kind: 'failed', why: 'status' }],
    [503, undefined, { kind: 'failed', why: 'status' }],
    [100, undefined, { kind: 'failed', why: 'status' }],
  ])('%d with Retry-After %s', (status, retryAfter, outcome) => {
    expect(outcomeOf(status, retryAfter, now)).toEqual(outcome)
  })
})
