/**
 * A push service for tests, and a browser's half of a subscription. Decryption (RFC 8291, RFC 8188) and the check of the
 * sender's signature (RFC 8292) are written out here, so that the server is not judged by what it imports.
 */
import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Browser {
  readonly p256dh: Uint8Array
  readonly auth: Uint8Array
  /** Throws for what is not encrypted to this subscription. */
  decrypt(message: Uint8Array): Buffer
}

const hmac = (key: Uint8Array, ...parts: Uint8Array[]) =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest()

/** A subscription with fresh keys, or with those of a published vector. */
export function newBrowser(keys: { privateKey?: Uint8Array; auth?: Uint8Array } = {}): Browser {
  const curve = createECDH('prime256v1')
  if (keys.privateKey === undefined) curve.generateKeys()
  else curve.setPrivateKey(keys.privateKey)
  const p256dh = curve.getPublicKey()
  const auth = keys.auth ?? randomBytes(16)
  return {
    p256dh,
    auth,
    decrypt(message) {
      const bytes = Buffer.from(message)
      const salt = bytes.subarray(0, 16)
      const idLength = bytes[20] as number
      const sender = bytes.subarray(21, 21 + idLength)
      const sealed = bytes.subarray(21 + idLength)
      const shared = hmac(auth, curve.computeSecret(sender))
      const ikm = hmac(shared, Buffer.from('WebPush: info\0'), p256dh, sender, Buffer.of(1))
      const prk = hmac(salt, ikm)
      const key = hmac(prk, Buffer.from('Content-Encoding: aes128gcm\0'), Buffer.of(1)).subarray(0, 16)
      const nonce = hmac(prk, Buffer.from('Content-Encoding: nonce\0'), Buffer.of(1)).subarray(0, 12)
      const cipher = createDecipheriv('aes-128-gcm', key, nonce)
      cipher.setAuthTag(sealed.subarray(-16))
      const padded = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()])
      const end = padded.lastIndexOf(2)
      if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0)) throw new Error('no delimiter')
      return padded.subarray(0, end)
    },
  }
}

export interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** `Authorization: vapid t=<JWT>, k=<key>`: the claims, once the signature under `k` holds. */
export function vapidClaims(header: string): { claims: { aud: string; exp: number; sub: string }; key: Buffer } {
  const [, token = '', k = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(header) ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  const key = Buffer.from(k, 'base64url')
  const [x, y] = [key.subarray(1, 33).toString('base64url'), key.subarray(33).toString('base64url')]
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const signed = Buffer.from(`${head}.${claims}`)
  const right = verify(
    'sha256',
    signed,
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!right) throw new Error('the signature is wrong')
  return { claims: JSON.parse(Buffer.from(claims, 'base64url').toString()), key }
}

export interface PushService {
  /** http://127.0.0.1:port, or https://localhost:port. */
  readonly origin: string
  /** As SOLO2_PUSH_HOSTS has it. */
  readonly host: string
  readonly received: Received[]
  /** Resolves when so many came in all. */
  count(number: number): Promise<void>
  close(): Promise<void>
}

/** `answer` decides by path: status and headers, or nothing at all for `undefined`. */
export async function startPushService(
  answer: (path: string) => { status: number; headers?: Record<string, string>; body?: string } | undefined = () => ({
    status: 201,
  }),
  tls?: { cert: Buffer; key: Buffer },
): Promise<PushService> {
  const received: Received[] = []
  const watchers = new Set<() => void>()
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const path = request.url ?? ''
      received.push({ path, headers: request.headers, body: Buffer.concat(parts) })
      for (const look of [...watchers]) look()
      const reply = answer(path)
      if (reply !== undefined) response.writeHead(reply.status, reply.headers).end(reply.body)
    })
  }
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const host = tls === undefined ? `127.0.0.1:${port}` : `localhost:${port}`
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    received,
    count: (number) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length >= number && watchers.delete(look)) resolve()
        }
        watchers.add(look)
        look()
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
