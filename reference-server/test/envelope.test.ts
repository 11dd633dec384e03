/** The Connect envelope as clients of any kind meet it: curl, a generated client, a hostile script. */
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { PreloginRequest, Refusal } from '@solo2/proto/account'
import { beforeAll, describe, expect, it } from 'vitest'
import { servicePath, startTestServer, type TestServer } from './harness.js'
import { openWire } from './hostile/wire.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})

const JSON_TYPE = { 'content-type': 'application/json' }

/** A refusal as every Connect client reads it: JSON, a code, one detail of ours. */
async function connectError(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/json')
  const body = (await response.json()) as { code: string; message: string; details: { type: string; value: string }[] }
  expect(body.details).toHaveLength(1)
  expect(body.details[0]?.type).toBe('solo2.account.v1.Refusal')
  const refusal = Refusal.decode(Buffer.from(body.details[0]?.value ?? '', 'base64'))
  return { status: response.status, code: body.code, ours: refusal.code, field: refusal.field }
}

/** A request that fetch would not let us make. */
function bare(method: string, path: string, headers: Record<string, string>, body?: Uint8Array) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const call = httpRequest({ host: '127.0.0.1', port: server.port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}

it('names neither of two Host headers', async () => {
  const lines = ['Host: one.example', 'Host: two.example', 'Content-Type: application/json', 'Content-Length: 2']
  const wire = await openWire(server.port)
  const answer = await wire.ask(Buffer.from(`POST ${servicePath}Prelogin HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n{}`))
  wire.close()
  expect(answer?.head).toContain("connect-src 'self';")
})

describe('content types', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'APPLICATION/JSON',
  ])('takes %s', async (type) => {
    const response = await server.raw('Prelogin', '{"username":"amy1"}', { 'content-type': type })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(Buffer.from(((await response.json()) as { salt: string }).salt, 'base64')).toHaveLength(16)
  })

  it('takes protobuf, and answers in kind', async () => {
    const body = PreloginRequest.encode({ username: 'amy1' }).finish()
    const response = await server.raw('Prelogin', body, { 'content-type': 'application/proto; charset=utf-8' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/proto')
  })

  it.each([
    'text/plain',
    'application/x-protobuf',
    'application/connect+json',
    'application/json; charset=latin1',
    'constructor',
  ])('refuses %s by 415 and a Connect error', async (type) => {
    const refused = await connectError(await server.raw('Prelogin', '{}', { 'content-type': type }))
    expect(refused).toMatchObject({ status: 415, code: 'invalid_argument' })
  })

  it('refuses no content type at all', async () => {
    const answer = await bare('POST', `${servicePath}Prelogin`, {}, Buffer.from('{"username":"amy1"}'))
    expect(answer.status).toBe(415)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'invalid_argument' })
  })
})

describe('the rest of the envelope', () => {
  it('refuses an empty JSON body, and reads an empty protobuf as a message without fields', async () => {
    expect(await connectError(await server.raw('Prelogin', '', JSON_TYPE))).toMatchObject({
      status: 400,
      ours: 'malformed',
    })
    expect(await connectError(await server.raw('Prelogin', '{}', JSON_TYPE))).toMatchObject({
      ours: 'invalid_argument',
      field: 'username',
    })
    const empty = await server.raw('Prelogin', new Uint8Array(0), { 'content-type': 'application/proto' })
    expect(await connectError(empty)).toMatchObject({ status: 400, ours: 'invalid_argument', field: 'username' })
  })

  it('refuses compression, naming what it takes', async () => {
    const response = await server.raw('Prelogin', gzipSync('{"username":"amy1"}'), {
      ...JSON_TYPE,
      'content-encoding': 'gzip',
    })
    expect(response.headers.get('accept-encoding')).toBe('identity')
    expect(await connectError(response)).toMatchObject({ status: 501, code: 'unimplemented' })
  })

  it.each(['-1', 'abc', '1.5', '99999999999'])('refuses the deadline %s', async (value) => {
    const response = await server.raw('Prelogin', '{"username":"amy1"}', { ...JSON_TYPE, 'connect-timeout-ms': value })
    expect(await connectError(response)).toMatchObject({ status: 400, code: 'invalid_argument' })
  })

  it('keeps a deadline: what takes longer is deadline_exceeded', async () => {
    const body = JSON.stringify({ username: 'amy1', authKey: Buffer.alloc(32).toString('base64'), versions: [1] })
    const late = await server.raw('Login', body, { ...JSON_TYPE, 'connect-timeout-ms': '1' })
    expect(await connectError(late)).toMatchObject({ status: 504, code: 'deadline_exceeded' })
    const soon = await server.raw('Prelogin', '{"username":"amy1"}', {
      ...JSON_TYPE,
      'connect-timeout-ms': '9999999999',
    })
    expect(soon.status).toBe(200)
  })

  it('refuses another version of Connect', async () => {
    const call = (version: string) =>
      server.raw('Prelogin', '{"username":"amy1"}', { ...JSON_TYPE, 'connect-protocol-version': version })
    expect((await call('1')).status).toBe(200)
    expect(await connectError(await call('2'))).toMatchObject({ status: 400, code: 'invalid_argument' })
  })

  it('answers GET by 405, HEAD the same without a body, an unknown method by 404', async () => {
    const get = await fetch(`${server.origin}${servicePath}Prelogin`)
    expect(get.headers.get('allow')).toBe('POST')
    expect(await connectError(get)).toMatchObject({ status: 405, code: 'unimplemented' })
    const head = await bare('HEAD', `${servicePath}Prelogin`, {})
    expect({ status: head.status, text: head.text }).toEqual({ status: 405, text: '' })
    for (const name of ['Nothing', '__proto__', 'constructor', 'toString', '', 'Prelogin/', 'prelogin']) {
      expect(await connectError(await server.raw(name, '{}', JSON_TYPE))).toMatchObject({
        status: 404,
        code: 'unimplemented',
      })
    }
  })

  it('refuses a body over its limit before it is read, and lives on', async () => {
    const response = await server.raw('Prelogin', Buffer.alloc(20_000, 0x20), JSON_TYPE)
    expect(await connectError(response)).toMatchObject({ status: 413, ours: 'too_long' })
    expect((await server.raw('Prelogin', '{"username":"amy1"}', JSON_TYPE)).status).toBe(200)
  })

  it('lives on when a client goes away in the middle of a call', async () => {
    const body = JSON.stringify({ username: 'amy1', authKey: Buffer.alloc(32).toString('base64'), versions: [1] })
    for (let i = 0; i < 8; i++) {
      const gone = new AbortController()
      const call = fetch(`${server.origin}${servicePath}Login`, {
        method: 'POST',
        body,
        headers: JSON_TYPE,
        signal: gone.signal,
      })
      setTimeout(() => gone.abort(), i)
      await call.catch(() => undefined)
    }
    expect((await server.raw('Prelogin', '{"username":"amy1"}', JSON_TYPE)).status).toBe(200)
  })
})

describe('hostile JSON', () => {
  const register = (json: string) => server.raw('Prelogin', json, JSON_TYPE)

  it('gives unknown keys no effect, __proto__ and constructor among them', async () => {
    const plain = await (await register('{"username":"amy1"}')).json()
    for (const json of [
      '{"__proto__":{"username":"zed"},"username":"amy1"}',
      '{"username":"amy1","constructor":{"prototype":{"polluted":"1"}}}',
      '{"username":"amy1","other":[1,{"a":null}]}',
    ]) {
      const response = await register(json)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual(plain)
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    const inherited = await connectError(await register('{"__proto__":{"username":"zed1"}}'))
    expect(inherited).toMatchObject({ ours: 'invalid_argument', field: 'username' })
    expect(JSON.stringify(await (await register('{"username":"amy1"}')).json())).not.toContain('polluted')
  })

  it('counts the last of a doubled key', async () => {
    const last = await (await register('{"username":"amy1","username":"bob1"}')).json()
    expect(last).toEqual(await (await register('{"username":"bob1"}')).json())
  })

  it.each(
    ['[]', 'null', '"text"', '7', 'true', '{', '{"username"', "{'username':1}", '\u00ff', `${'['.repeat(8_000)}`].map(
      (json): [string, string] => [json.slice(0, 12), json],
    ),
  )('refuses %s as malformed', async (_, json) => {
    expect(await connectError(await register(json))).toMatchObject({
      status: 400,
      code: 'invalid_argument',
      ours: 'malformed',
    })
  })

  it('refuses bytes that are no UTF-8', async () => {
    expect(await connectError(await server.raw('Prelogin', Uint8Array.of(0x22, 0xff, 0x22), JSON_TYPE))).toMatchObject({
      ours: 'malformed',
    })
  })

  it('refuses values of the wrong type by their field', async () => {
    for (const value of ['7', '["amy1"]', '{"a":1}', 'true']) {
      expect(await connectError(await register(`{"username":${value}}`))).toMatchObject({
        ours: 'invalid_argument',
        field: 'username',
      })
    }
    const login = (json: object) =>
      server.raw('Login', JSON.stringify({ username: 'amy1', versions: [1], ...json }), JSON_TYPE)
    expect(await connectError(await login({ authKey: '***' }))).toMatchObject({ field: 'authKey' })
    expect(await connectError(await login({ authKey: '', versions: ['-1'] }))).toMatchObject({
      ours: 'invalid_argument',
    })
    expect(await connectError(await login({ versions: 1 }))).toMatchObject({ field: 'versions' })
  })

  it.each([
    ['a field number of zero', [0x00, 0x01]],
    ['the end of a group that never began', [0x0c]],
    ['a length beyond the end', [0x7a, 0x05, 0x01]],
  ])('refuses %s behind a whole message', async (_, tail) => {
    const good = PreloginRequest.encode({ username: 'amy1' }).finish()
    const type = { 'content-type': 'application/proto' }
    expect((await server.raw('Prelogin', good, type)).status).toBe(200)
    const answer = await server.raw('Prelogin', Uint8Array.of(...good, ...tail), type)
    expect(await connectError(answer)).toMatchObject({ status: 400, ours: 'malformed' })
  })

  it.each([
    ['a lone continuation byte', [0x80]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a character that is cut off', [0x61, 0xf0, 0x9f, 0x94]],
    ['a zero in two bytes', [0xc0, 0x80]],
  ])('refuses a string with %s', async (_, text) => {
    const body = Uint8Array.of(0x0a, text.length, ...text)
    const answer = await server.raw('Prelogin', body, { 'content-type': 'application/proto' })
    expect(await connectError(answer)).toMatchObject({ status: 400, ours: 'malformed' })
  })

  it('refuses random and truncated protobuf by a typed code', async () => {
    const good = PreloginRequest.encode({ username: 'amy1' }).finish()
    for (const body of [
      good.slice(0, -1),
      Uint8Array.of(0xff, 0xff, 0xff),
      Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0x0f),
    ]) {
      const refused = await connectError(await server.raw('Prelogin', body, { 'content-type': 'application/proto' }))
      expect(refused).toMatchObject({ status: 400, code: 'invalid_argument' })
    }
  })
})
