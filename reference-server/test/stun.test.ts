/** STUN against RFC 5769's messages, and over a real socket; TURN credentials against a published one. */

import { createHmac } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBytes, addressText } from '../src/log/address.js'
import { createDayKey } from '../src/memory/day-key.js'
import { createIceServers, stunUrl, turnCredential } from '../src/mirror/ice-servers.js'
import { bindingAnswer, fingerprintOf, readBindingRequest, xorMappedAddress } from '../src/stun/message.js'
import { startStun } from '../src/stun/responder.js'
import { startTestServer } from './harness.js'

const vector = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../conformance/vectors/published/stun-rfc5769/${name}`, import.meta.url), 'utf8'))
const messages = vector('rfc5769.json') as {
  section: string
  message: string
  mapped?: [string, number]
  fingerprint: boolean
}[]
const named = (section: string) => {
  const found = messages.find((each) => each.section.startsWith(section))
  if (found === undefined) throw new Error(section)
  return { ...found, bytes: Buffer.from(found.message, 'hex') }
}

describe('RFC 5769', () => {
  it.each(['2.1', '2.4'])('reads the request of section %s', (section) => {
    const { bytes, fingerprint } = named(section)
    expect(readBindingRequest(bytes)).toEqual({
      transaction: bytes.subarray(8, 20),
      unknown: [],
      hasFingerprint: fingerprint,
    })
  })

  it('refuses it with any one byte of its fingerprint changed', () => {
    const { bytes } = named('2.1')
    for (let at = bytes.length - 4; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      expect(readBindingRequest(changed)).toBeUndefined()
    }
  })

  it.each(['2.2', '2.3'])(
    'writes the XOR-MAPPED-ADDRESS and the fingerprint of the response in section %s',
    (section) => {
      const { bytes, mapped = ['', 0] } = named(section)
      const attribute = xorMappedAddress(addressBytes(mapped[0]) as Uint8Array, mapped[1], bytes.subarray(8, 20))
      expect(bytes.includes(attribute)).toBe(true)
      expect(fingerprintOf(bytes.subarray(0, -8))).toBe(bytes.readUInt32BE(bytes.length - 4))
    },
  )
})

describe('answers', () => {
  const request = (attributes: Buffer = Buffer.alloc(0)) => {
    const head = Buffer.from('000100002112a442000102030405060708090a0b', 'hex')
    head.writeUInt16BE(attributes.length, 2)
    return Buffer.concat([head, attributes])
  }

  it('have a fingerprint if the request had one, and are no longer than a few bytes more', () => {
    const plain = readBindingRequest(request())
    if (plain === undefined) throw new Error('not read')
    const answer = bindingAnswer(plain, Uint8Array.of(192, 0, 2, 1), 32_853)
    expect(answer.toString('hex')).toBe('0101000c2112a442000102030405060708090a0b002000080001a147e112a643')
    const withPrint = bindingAnswer({ ...plain, hasFingerprint: true }, Uint8Array.of(192, 0, 2, 1), 32_853)
    expect(withPrint.length).toBe(answer.length + 8)
    expect(withPrint.readUInt32BE(withPrint.length - 4)).toBe(fingerprintOf(withPrint.subarray(0, -8)))
  })

  it('are error 420 for attributes that must be understood', () => {
    const parsed = readBindingRequest(request(Buffer.from('7001000400000000', 'hex')))
    expect(parsed?.unknown).toEqual([0x7001])
    const answer = bindingAnswer(parsed as NonNullable<typeof parsed>, Uint8Array.of(1, 2, 3, 4), 5)
    expect(answer.readUInt16BE(0)).toBe(0x0111)
    expect(answer.length - 20).toBe(answer.readUInt16BE(2))
    expect(answer.includes(Buffer.from('000a000270010000', 'hex'))).toBe(true)
    expect(answer.subarray(24, 28)).toEqual(Buffer.from([0, 0, 4, 20]))
  })

  it('are given to no other bytes, whatever they are', () => {
    const good = request()
    const bad = [good.subarray(0, 19), Buffer.concat([good, Buffer.alloc(1)]), Buffer.alloc(0), named('2.2').bytes]
    const noCookie = Buffer.from(good)
    noCookie[4] = 0
    const attributeTooLong = request(Buffer.from('8022ffff00000000', 'hex'))
    for (const bytes of [...bad, noCookie, attributeTooLong]) expect(readBindingRequest(bytes)).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (tail) => {
        readBindingRequest(Buffer.concat([request().subarray(0, 20), tail]))
        expect(readBindingRequest(Buffer.from(tail))).toBeUndefined()
      }),
    )
  })
})

describe('[T11] the built-in server', () => {
  it('tells a client its own address over UDP and stays silent to noise', async () => {
    const server = await startTestServer()
    const socket = createSocket('udp4')
    try {
      const answer = new Promise<Buffer>((resolve) => socket.once('message', resolve))
      const noise = Buffer.from('not stun at all, and no answer to it')
      await new Promise<void>((resolve) => socket.send(noise, server.stunPort as number, '127.0.0.1', () => resolve()))
      const request = Buffer.from('000100002112a442a0a1a2a3a4a5a6a7a8a9aaab', 'hex')
      await new Promise<void>((resolve) =>
        socket.send(request, server.stunPort as number, '127.0.0.1', () => resolve()),
      )
      const bytes = await answer
      expect(bytes.subarray(8, 20)).toEqual(request.subarray(8, 20))
      expect(
        bytes.includes(xorMappedAddress(Uint8Array.of(127, 0, 0, 1), socket.address().port, request.subarray(8, 20))),
      ).toBe(true)
    } finally {
      socket.close()
    }
  })
})

describe('a responder of both families', () => {
  it('tells an IPv4 client its IPv4 address, not the one mapped into IPv6: browsers make no candidate of that', async () => {
    const stun = await startStun('::', 0)
    const socket = createSocket('udp4')
    try {
      const answer = new Promise<Buffer>((resolve) => socket.once('message', resolve))
      const request = Buffer.from('000100002112a442a0a1a2a3a4a5a6a7a8a9aaab', 'hex')
      await new Promise<void>((resolve) => socket.send(request, stun.port, '127.0.0.1', () => resolve()))
      const expected = xorMappedAddress(Uint8Array.of(127, 0, 0, 1), socket.address().port, request.subarray(8, 20))
      expect((await answer).subarray(20)).toEqual(expected)
    } finally {
      socket.close()
      await stun.close()
    }
  })
})

describe('addresses as bytes', () => {
  it.each([
    ['192.0.2.1', 'c0000201'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['2001:db8::5', '20010db8000000000000000000000005'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ])('%s', (text, hex) => {
    const bytes = addressBytes(text)
    expect(Buffer.from(bytes ?? []).toString('hex')).toBe(hex)
    expect(addressBytes(addressText(bytes as Uint8Array))).toEqual(bytes)
  })

  it('are not made of what is none', () => {
    for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', ':::', '12345::', 'x'.repeat(1_000)])
      expect(addressBytes(text)).toBeUndefined()
  })
})

describe('[M1] mirror credentials', () => {
  it('are what coturn expects', () => {
    for (const { secret, username, password } of vector('turn-rest.json') as {
      secret: string
      username: string
      password: string
    }[]) {
      expect(turnCredential(secret, username)).toBe(password)
    }
  })

  it('show nothing of the account, differ at each issue and last as configured', () => {
    const clock = { now: Date.UTC(2030, 0, 1) }
    let drawn = 0
    const random = (length: number) => new Uint8Array(length).fill(++drawn)
    const mirror = { urls: ['turn:relay.example:3478?transport=udp'], secret: 'a secret of the relay', seconds: 600 }
    const iceServers = createIceServers(
      8470,
      mirror,
      createDayKey(random, () => clock.now).today,
      random,
      () => clock.now,
    )
    const account = 'u_7kX9mP2aaaaaaaaaaaaaaaa'
    const [first, second] = [1, 2].map(() => iceServers('solo2.example', account, true)[1])
    expect(first?.urls).toEqual(mirror.urls)
    expect(first).toMatchObject({ expiresAt: BigInt(clock.now / 1000 + 600), lifetime: 600 })
    expect(first?.username).toMatch(/^\d+:[A-Za-z0-9_-]{22}$/)
    expect(first?.username).not.toBe(second?.username)
    expect(first?.credential).toBe(
      createHmac('sha1', mirror.secret)
        .update(first?.username ?? '')
        .digest('base64'),
    )
    expect(JSON.stringify(first?.username)).not.toContain('kX9')
    // The same randomness on another day gives another fingerprint: the key is the day's.
    drawn = 1
    clock.now += 86_400_000
    expect(iceServers('solo2.example', account, true)[1]?.username.split(':')[1]).not.toBe(
      first?.username.split(':')[1],
    )
  })

  it('come with STUN by a number where the name may mean two addresses', () => {
    expect(stunUrl('localhost', 8470)).toBe('stun:127.0.0.1:8470')
    expect(stunUrl('solo2.example', 3478)).toBe('stun:solo2.example:3478')
  })
})
