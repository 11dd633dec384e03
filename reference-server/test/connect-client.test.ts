/** A client as anybody would make one: code that buf and protoc-gen-es generate from our proto file, over @connectrpc/connect. */
import { randomBytes } from 'node:crypto'
import type { DescMessage, DescService } from '@bufbuild/protobuf'
import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-node'
import { toBase64url } from '@solo2/sdk/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateConnect } from './generate-connect.js'
import { signedBundle, startTestServer, type TestServer, wrapper } from './harness.js'

/** The calls below, as the generated code types them. */
interface AccountClient {
  prelogin(request: { username: string }): Promise<{ profile: number; salt: Uint8Array }>
  register(request: object): Promise<{ session?: Session; account?: Account }>
  login(request: object): Promise<{ session?: Session; account?: Account; wrappedMasterKey: Uint8Array }>
  getAccount(request: object): Promise<{ account?: Account }>
  publishBundle(request: object): Promise<object>
  lookUp(request: { code: string }): Promise<{ person?: { displayName: string } }>
  drawTickets(request: { count: number }): Promise<{ tickets: Uint8Array[]; lifetime: number }>
  logout(request: object): Promise<object>
}
interface Session {
  readonly token: Uint8Array
  readonly expiresAt: bigint
  readonly version: number
}
interface Account {
  readonly username: string
  readonly displayName: string
  readonly alias: string
  readonly type: number
  readonly bundle?: { body: Uint8Array }
}
interface RefusalDetail {
  readonly code: string
  readonly field: string
  readonly retryAfterMs: bigint
}
interface Generated {
  readonly AccountService: DescService
  readonly RefusalSchema: DescMessage
}

let server: TestServer
let generated: Generated
let remove: () => void

beforeAll(async () => {
  server = await startTestServer()
  const made = generateConnect()
  remove = made.remove
  generated = await import(made.module)
})

afterAll(() => remove())

function clientOf(to: TestServer, useBinaryFormat: boolean, token?: Uint8Array): AccountClient {
  const withToken: Interceptor = (next) => (request) => {
    if (token !== undefined) request.header.set('authorization', `Bearer ${toBase64url(token)}`)
    return next(request)
  }
  const transport = createConnectTransport({
    baseUrl: to.origin,
    httpVersion: '1.1',
    useBinaryFormat,
    interceptors: [withToken],
  })
  return createClient(generated.AccountService, transport) as unknown as AccountClient
}

async function refusalOf(call: Promise<unknown>): Promise<{ connect: Code; detail: RefusalDetail | undefined }> {
  const error = await call.then(
    () => expect.fail('the call was not refused'),
    (caught: unknown) => ConnectError.from(caught),
  )
  const [detail] = error.findDetails(generated.RefusalSchema) as unknown as RefusalDetail[]
  return { connect: error.code, detail }
}

let people = 0
function registration() {
  people += 1
  return {
    username: `connect-${people}`,
    displayName: 'Connie',
    authKey: new Uint8Array(randomBytes(32)),
    wrappedMasterKey: wrapper(),
    recoveryFingerprint: new Uint8Array(randomBytes(32)),
    versions: [1],
  }
}

describe.each([
  ['binary', true],
  ['JSON', false],
])('a generated Connect client, %s', (_, binary) => {
  it('registers, logs in, reads, publishes, looks up and logs out, as it would with any server', async () => {
    const own = registration()
    const open = clientOf(server, binary)
    const registered = await open.register(own)
    expect(registered.account).toMatchObject({ username: own.username, displayName: 'Connie', type: 1 })
    const prelogin = await open.prelogin({ username: own.username })
    expect(prelogin.profile).toBe(1)
    expect(Buffer.from(prelogin.salt)).toEqual(Buffer.from(own.wrappedMasterKey.slice(4, 20)))

    const { session, wrappedMasterKey } = await open.login({
      username: own.username,
      authKey: own.authKey,
      versions: [1],
    })
    expect(Buffer.from(wrappedMasterKey)).toEqual(Buffer.from(own.wrappedMasterKey))
    expect(session?.version).toBe(1)
    expect(session?.expiresAt).toBe(BigInt(server.clock.now / 1_000 + 86_400))

    const member = clientOf(server, binary, session?.token)
    const bundle = signedBundle(registered.account?.alias ?? '')
    await member.publishBundle({ bundle })
    const { account } = await member.getAccount({})
    expect(Buffer.from(account?.bundle?.body ?? [])).toEqual(Buffer.from(bundle.body))
    const other = await open.register(registration())
    const seen = await clientOf(server, binary, other.session?.token).lookUp({ code: account?.alias ?? '' })
    expect(seen.person?.displayName).toBe('Connie')
    const { tickets, lifetime } = await member.drawTickets({ count: 2 })
    expect({ sizes: tickets.map(({ length }) => length), lifetime }).toEqual({ sizes: [32, 32], lifetime: 60 })
    await member.logout({})
    expect(await refusalOf(member.getAccount({}))).toMatchObject({
      connect: Code.Unauthenticated,
      detail: { code: 'unauthenticated' },
    })
  })

  it('reads each refusal: code, field and wait', async () => {
    const open = clientOf(server, binary)
    const own = registration()
    await open.register(own)
    expect(await refusalOf(open.register({ ...registration(), username: own.username }))).toMatchObject({
      connect: Code.AlreadyExists,
      detail: { code: 'username_taken', field: 'username' },
    })
    expect(await refusalOf(open.prelogin({ username: '!' }))).toMatchObject({
      connect: Code.InvalidArgument,
      detail: { code: 'invalid_argument', field: 'username' },
    })
    expect(await refusalOf(open.login({ ...own, authKey: new Uint8Array(32) }))).toMatchObject({
      connect: Code.Unauthenticated,
      detail: { code: 'unauthenticated' },
    })
    const limited = clientOf(await startTestServer({ SOLO2_LIMIT_PRELOGIN: '1/3600' }), binary)
    await limited.prelogin({ username: 'nobody' })
    const { connect, detail } = await refusalOf(limited.prelogin({ username: 'nobody' }))
    expect(connect).toBe(Code.ResourceExhausted)
    expect(detail).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000n })
  })
})
