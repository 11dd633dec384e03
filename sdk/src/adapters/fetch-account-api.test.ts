import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as account from '@solo2/proto/account'
import { AccountServiceDefinition } from '@solo2/proto/account-service'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CHOSEN } from '../limits.js'
import { fetchAccountApi } from './fetch-account-api.js'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: Uint8Array
}

describe('account API over fetch', () => {
  let server: Server
  let origin: string
  let seen: Seen[]
  let answer: (response: ServerResponse) => void

  beforeEach(async () => {
    seen = []
    server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const { method, url, headers } = request
      seen.push({ method, url, headers, body: Uint8Array.from(Buffer.concat(parts)) })
      answer(response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    vi.useRealTimers()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const proto = (bytes: Uint8Array) => (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/proto' }).end(bytes)
  }
  const refusal =
    (status: number, body: unknown, type = 'application/json') =>
    (response: ServerResponse) => {
      response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body))
    }
  const detail = (code: string, field = '', retryAfterMs = 0n) => ({
    type: 'solo2.account.v1.Refusal',
    value: Buffer.from(account.Refusal.encode({ code, field, retryAfterMs }).finish())
      .toString('base64')
      .replace(/=+$/, ''),
  })

  it('posts protobuf to the method and reads protobuf', async () => {
    const salt = new Uint8Array(16).fill(7)
    answer = proto(account.PreloginResponse.encode({ profile: 1, salt }).finish())
    const got = await fetchAccountApi(`${origin}/ignored?x=1`).prelogin({ username: 'amy' })
    expect(got.profile).toBe(1)
    expect([...got.salt]).toEqual([...salt])
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/solo2.account.v1.AccountService/Prelogin' })
    expect(seen[0]?.headers).toMatchObject({ 'content-type': 'application/proto', 'connect-protocol-version': '1' })
    expect(seen[0]?.headers).not.toHaveProperty('authorization')
    expect(seen[0]?.headers).not.toHaveProperty('cookie')
    expect(account.PreloginRequest.decode(seen[0]?.body as Uint8Array)).toEqual({ username: 'amy' })
  })

  it('has every method of the service under its own name', async () => {
    answer = proto(new Uint8Array(0))
    const api = fetchAccountApi(origin)
    for (const call of Object.values(api)) await (call as (request: object) => Promise<unknown>)({ ...EMPTY })
    expect(seen.map(({ url }) => url?.split('/').at(-1)).sort()).toEqual(
      Object.values(AccountServiceDefinition.methods)
        .map(({ name }) => name)
        .sort(),
    )
  })

  it('tells when the server answered or refused, and not when something else did', async () => {
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT'
    const times: number[] = []
    const ask = () => fetchAccountApi(origin).prelogin({ username: 'amy' }, { onServerTime: (at) => times.push(at) })
    const dated = (inner: (response: ServerResponse) => void, value = date) => {
      answer = (response) => inner(response.setHeader('date', value))
    }
    dated(proto(account.PreloginResponse.encode({ profile: 1, salt: new Uint8Array(16) }).finish()))
    await ask()
    dated(refusal(429, { code: 'resource_exhausted' }))
    await expect(ask()).rejects.toMatchObject({ code: 'rate_limited' })
    expect(times).toEqual([784_111_777_000, 784_111_777_000])

    dated(refusal(502, '<html>', 'text/html'))
    await expect(ask()).rejects.toMatchObject({ code: 'server_away' })
    dated(refusal(503, 'x'))
    await expect(ask()).rejects.toMatchObject({ code: 'server_away' })
    dated(refusal(429, { code: 'resource_exhausted' }), 'x'.repeat(8_000))
    await expect(ask()).rejects.toMatchObject({ code: 'rate_limited' })
    expect(times).toHaveLength(2)
  })

  it('carries the token in the Authorization header only', async () => {
    answer = proto(new Uint8Array(0))
    await fetchAccountApi(origin).logout({}, { token: new Uint8Array(32).fill(255) })
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${Buffer.alloc(32, 255).toString('base64url')}`)
    expect(seen[0]?.url).not.toContain('_____')
  })

  it.each([
    [
      'a refusal of ours',
      400,
      { code: 'already_exists', details: [detail('username_taken', 'username')] },
      'username_taken',
      'username',
      undefined,
    ],
    [
      'a wait',
      429,
      { code: 'resource_exhausted', details: [detail('rate_limited', '', 4_000n)] },
      'rate_limited',
      undefined,
      4_000,
    ],
    ['no detail', 404, { code: 'not_found', message: 'x' }, 'not_found', undefined, undefined],
    [
      'a foreign detail',
      401,
      { code: 'unauthenticated', details: [{ type: 'google.rpc.Status', value: 'AA' }] },
      'unauthenticated',
      undefined,
      undefined,
    ],
    [
      'an unknown code in the detail',
      403,
      { code: 'permission_denied', details: [detail('no_such_code')] },
      'permission_denied',
      undefined,
      undefined,
    ],
    [
      "a code that is not the server's to give",
      403,
      { code: 'permission_denied', details: [detail('key_changed')] },
      'permission_denied',
      undefined,
      undefined,
    ],
    [
      'a code of the prototype',
      400,
      { code: 'invalid_argument', details: [detail('__proto__')] },
      'invalid_argument',
      undefined,
      undefined,
    ],
    [
      'a field that is no field',
      400,
      { code: 'invalid_argument', details: [detail('invalid_argument', '<b>')] },
      'invalid_argument',
      undefined,
      undefined,
    ],
    [
      'a detail that is no base64',
      400,
      { code: 'invalid_argument', details: [{ type: 'solo2.account.v1.Refusal', value: '%' }] },
      'invalid_argument',
      undefined,
      undefined,
    ],
    ['details of a wrong shape', 500, { code: 'internal', details: 'none' }, 'internal', undefined, undefined],
  ])('maps %s', async (_, status, body, code, field, retryAfterMs) => {
    answer = refusal(status, body)
    const error = await fetchAccountApi(origin)
      .login({ username: 'amy', authKey: new Uint8Array(32), versions: [1] })
      .catch((e) => e)
    expect(error).toMatchObject({ name: 'Solo2Error', code, field, retryAfterMs })
    expect(error.message).toBe('the server refused')
  })

  it.each([
    ['a page', refusal(502, '<html>', 'text/html')],
    ['a page that says 200', refusal(200, '<html>', 'text/html')],
    ['JSON where protobuf was asked for', refusal(200, { profile: 1 })],
    ['JSON that is none', refusal(500, '{')],
    ['JSON null', refusal(500, 'null')],
    ['a Connect code that does not exist', refusal(500, { code: 'constructor' })],
    ['protobuf that is none', proto(new Uint8Array([0xff, 0xff]))],
    ['a redirect', (response: ServerResponse) => void response.writeHead(307, { location: '/elsewhere' }).end()],
    [
      'an end in the middle',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/proto', 'content-length': '100' })
        response.write('x')
        response.destroy()
      },
    ],
    [
      'more bytes than any answer has',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/proto' })
        response.end(new Uint8Array(CHOSEN.ANSWER_BYTES + 1))
      },
    ],
  ])('says that the server is away for %s', async (_, respond) => {
    answer = respond
    await expect(fetchAccountApi(origin).prelogin({ username: 'amy' })).rejects.toMatchObject({ code: 'server_away' })
    expect(seen).toHaveLength(1)
  })

  it('says that the server is away where nothing listens', async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(fetchAccountApi(origin).prelogin({ username: 'amy' })).rejects.toMatchObject({ code: 'server_away' })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  it('gives up on a server that never answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    answer = () => {}
    const call = fetchAccountApi(origin).prelogin({ username: 'amy' })
    const refused = expect(call).rejects.toMatchObject({ code: 'server_away' })
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    await vi.advanceTimersByTimeAsync(CHOSEN.SERVER_ANSWER_MS)
    await refused
  })

  it('can be cancelled before and while it runs', async () => {
    answer = () => {}
    const controller = new AbortController()
    const call = fetchAccountApi(origin).prelogin({ username: 'amy' }, { signal: controller.signal })
    const refused = expect(call).rejects.toMatchObject({ code: 'cancelled' })
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    controller.abort()
    await refused
    const late = fetchAccountApi(origin).prelogin({ username: 'amy' }, { signal: controller.signal })
    await expect(late).rejects.toMatchObject({ code: 'cancelled' })
    expect(seen).toHaveLength(1)
  })

  it('refuses what is no address of a server', () => {
    for (const bad of [
      '',
      'solo2.example',
      'ftp://solo2.example',
      'http://amy:pw@solo2.example',
      'javascript:alert(1)',
    ]) {
      expect(() => fetchAccountApi(bad), bad).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
    }
  })
})

/** Enough of every request for its encoder. */
const EMPTY = {
  username: '',
  displayName: '',
  authKey: new Uint8Array(0),
  wrappedMasterKey: new Uint8Array(0),
  recoveryFingerprint: new Uint8Array(0),
  authenticator: new Uint8Array(0),
  newAuthKey: new Uint8Array(0),
  p256dh: new Uint8Array(0),
  auth: new Uint8Array(0),
  wakeHash: new Uint8Array(0),
  endpoint: '',
  message: '',
  ids: [],
  versions: [],
  on: false,
  amount: 0,
  bundle: undefined,
  code: '',
  id: '',
  accept: false,
  count: 0,
}
