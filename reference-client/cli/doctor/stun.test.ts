import { createHash, createHmac } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openStream } from './exchange.js'
import { allocateAt, bindTo, decodeAnswer, encodeRequest } from './stun.js'

const COOKIE = Buffer.of(0x21, 0x12, 0xa4, 0x42)
const WHO = { username: '99:fingerprint', credential: 'key' }
const REALM = 0x0014
const NONCE = 0x0015

/** RFC 5769 section 2.2, with its own transaction. */
const SAMPLE = Buffer.from(
  '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
  'hex',
)
/** RFC 5769 section 2.3. */
const SAMPLE_V6 = Buffer.from(
  '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c',
  'hex',
)

function answer(request: Buffer, type: number, attributes: readonly (readonly [number, Buffer])[] = []): Buffer {
  const made = encodeRequest(type, attributes)
  request.copy(made, 4, 4, 20)
  return made
}

const refused = (code: number): Buffer => Buffer.of(0, 0, Math.floor(code / 100), code % 100)

/** A TURN server that takes one credential. */
function mirror(seen: Buffer[], code?: number) {
  return async (request: Buffer): Promise<Buffer> => {
    seen.push(request)
    const { type, attributes } = decodeAnswer(request)
    const integrity = attributes.get(0x0008)
    if (integrity === undefined) {
      return answer(request, type + 0x0110, [
        [0x0009, refused(401)],
        [REALM, Buffer.from('solo2')],
        [NONCE, Buffer.from('nonce')],
      ])
    }
    const key = createHash('md5').update(`${WHO.username}:solo2:${WHO.credential}`).digest()
    const signed = request.subarray(0, request.length - 24)
    if (code !== undefined || !createHmac('sha1', key).update(signed).digest().equals(integrity)) {
      return answer(request, type + 0x0110, [[0x0009, refused(code ?? 401)]])
    }
    return answer(request, type + 0x0100)
  }
}

describe('STUN', () => {
  it.each([
    [SAMPLE, '192.0.2.1'],
    [SAMPLE_V6, '2001:db8:1234:5678:11:2233:4455:6677'],
  ])('reads the addresses of RFC 5769', async (bytes, address) => {
    expect(await bindTo(async () => bytes)).toEqual({ address, port: 32_853 })
  })

  it('reads nothing out of what is cut short, is silence, or refuses', async () => {
    for (let length = 20; length < 48; length++)
      expect(await bindTo(async () => SAMPLE.subarray(0, length))).toBeUndefined()
    expect(await bindTo(async () => undefined)).toBeUndefined()
    expect(await bindTo(async (request) => answer(request, 0x0111))).toBeUndefined()
  })

  it('asks with the cookie, and with a new transaction each time', () => {
    const [one, other] = [encodeRequest(1, []), encodeRequest(1, [])]
    expect(one.subarray(4, 8)).toEqual(COOKIE)
    expect(one.subarray(8)).not.toEqual(other.subarray(8))
  })
})

describe('[T8] a mirror', () => {
  it('takes a credential, and what was allocated is given back', async () => {
    const seen: Buffer[] = []
    expect(await allocateAt(mirror(seen), WHO)).toBe('allocated')
    const last = decodeAnswer(seen.at(-1) as Buffer)
    expect([last.type, last.attributes.get(0x000d)]).toEqual([0x0004, Buffer.alloc(4)])
  })

  it('refuses another one, or this one, with its code; or says nothing', async () => {
    expect(await allocateAt(mirror([]), { ...WHO, credential: 'other' })).toBe(401)
    expect(await allocateAt(mirror([], 486), WHO)).toBe(486)
    expect(await allocateAt(async () => undefined, WHO)).toBe('silent')
  })

  it('is asked over TCP too, where one answer may come in pieces', async () => {
    const answers = mirror([])
    const server = createServer((socket) => {
      socket.on('data', async (request: Buffer) => {
        for (const byte of await answers(request)) socket.write(Buffer.of(byte))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const stream = await openStream({ host: '127.0.0.1', port }, false)
    expect(await allocateAt(stream.ask, WHO)).toBe('allocated')
    stream.close()
    server.close()
    await expect(openStream({ host: '127.0.0.1', port }, false)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
