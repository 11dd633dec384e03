/** A server in this process on free ports, a clock that tests move, and the calls of a client. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AccountServiceDefinition,
  type IdentityBundle,
  IdentityBundleBody,
  Refusal,
} from '@solo2/proto/account-service'
import { concat, noblePrimitives, toBase64url, utf8 } from '@solo2/sdk/shared'
import { readConfig, type Server, startServer } from '../src/app.js'
import { LIMIT_DEFAULTS } from '../src/config/variables.js'

type Methods = typeof AccountServiceDefinition.methods
export type MethodName = keyof Methods

interface Codec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(input: Uint8Array): T
}
type RequestOf<Name extends MethodName> = Methods[Name]['requestType'] extends { fromPartial(object: infer P): unknown }
  ? P
  : never
type ResponseOf<Name extends MethodName> = Methods[Name]['responseType'] extends Codec<infer T> ? T : never

/** What a refused call came back with. */
export class Refused extends Error {
  readonly status: number
  readonly connectCode: string
  readonly refusal: Refusal

  constructor(status: number, body: { code: string; message: string; details: { value: string }[] }) {
    super(`${body.code}: ${body.message}`)
    this.status = status
    this.connectCode = body.code
    this.refusal = Refusal.decode(Buffer.from(body.details[0]?.value ?? '', 'base64'))
  }
}

export interface TestServer extends Server {
  /** Always 127.0.0.1, so that nothing depends on what localhost resolves to. */
  readonly origin: string
  readonly data: string
  readonly clock: { now: number }
  call<Name extends MethodName>(name: Name, request: RequestOf<Name>, token?: Uint8Array): Promise<ResponseOf<Name>>
  raw(method: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>
}

export const servicePath = `/${AccountServiceDefinition.fullName}/`

/** Limits far above what a test does, so that only tests of limits meet them. */
const WIDE = Object.fromEntries(Object.keys(LIMIT_DEFAULTS).map((name) => [name, '100000/3600']))

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-server-'))
  folders.push(folder)
  return folder
}
const folders: string[] = []
const running: Server[] = []

/** Behind each file (test/clean-up.ts): files of one worker share this module, and with it what they started. */
export async function endAll(): Promise<void> {
  for (const server of running.splice(0)) await server.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** `environment` overrides the wide limits; the clock starts at a fixed noon, or at `at`. */
export async function startTestServer(
  environment: Record<string, string> = {},
  at = Date.UTC(2030, 0, 15, 12),
): Promise<TestServer> {
  const data = environment['SOLO2_DATA'] ?? temporaryFolder()
  const clock = { now: at }
  const config = readConfig({
    ...WIDE,
    SOLO2_PORT: '0',
    SOLO2_STUN_PORT: '0',
    SOLO2_LOG: 'off',
    SOLO2_WEB: join(data, 'no-web-client'),
    SOLO2_DATA: data,
    ...environment,
  })
  const server = await startServer(config, { now: () => clock.now, random: (n) => new Uint8Array(randomBytes(n)) })
  running.push(server)
  const origin = `http://127.0.0.1:${server.port}`
  const raw: TestServer['raw'] = (method, body, headers = {}) =>
    fetch(`${origin}${servicePath}${method}`, { method: 'POST', body: body as string, headers })
  return {
    ...server,
    origin,
    data,
    clock,
    raw,
    async call(name, request, token) {
      const method = AccountServiceDefinition.methods[name]
      const codec = method.requestType as unknown as Codec<unknown> & { fromPartial(object: unknown): unknown }
      const body = codec.encode(codec.fromPartial(request)).finish()
      const response = await raw(method.name, body, {
        'content-type': 'application/proto',
        ...(token === undefined ? {} : { authorization: `Bearer ${toBase64url(token)}` }),
      })
      if (response.status !== 200) throw new Refused(response.status, (await response.json()) as never)
      return method.responseType.decode(new Uint8Array(await response.arrayBuffer())) as never
    },
  }
}

export const bytes = (length: number, fill = 7) => new Uint8Array(length).fill(fill)

/** 80 bytes with the header of version 1 and a salt of its own. */
export function wrapper(): Uint8Array {
  return concat(Uint8Array.of(1, 1, 0, 0), new Uint8Array(randomBytes(76)))
}

/** Keys of somebody, signed for that alias; written out here, so that the server is not judged by what it imports. */
export function signedBundle(alias: string): IdentityBundle {
  const seed = new Uint8Array(randomBytes(32))
  const body = IdentityBundleBody.encode({
    version: 1,
    ed25519: noblePrimitives.ed25519PublicKey(seed),
    x25519: noblePrimitives.x25519PublicKey(new Uint8Array(randomBytes(32))),
    alias,
  }).finish()
  return { body, signature: noblePrimitives.ed25519Sign(seed, concat(utf8('Solo2 v1 identity bundle\0'), body)) }
}

/** Another wrapper of the same account: profile and salt stay. */
export function rewrapped(wrapped: Uint8Array): Uint8Array {
  return concat(wrapped.slice(0, 20), new Uint8Array(randomBytes(60)))
}

export interface Person {
  readonly username: string
  readonly authKey: Uint8Array
  readonly wrapped: Uint8Array
  /** What the words give; the server has its SHA-256. */
  readonly authenticator: Uint8Array
  readonly token: Uint8Array
  readonly pairingCode: string
  readonly alias: string
  readonly bundle: IdentityBundle
}

let people = 0

/** Registers somebody and, unless told otherwise, publishes their keys. */
export async function newPerson(
  server: TestServer,
  options: { publish?: boolean; name?: string } = {},
): Promise<Person> {
  people += 1
  const username = options.name ?? `person-${people}`
  const authKey = new Uint8Array(randomBytes(32))
  const wrapped = wrapper()
  const authenticator = new Uint8Array(randomBytes(32))
  const { session, account } = await server.call('register', {
    username,
    displayName: `Person ${people}`,
    authKey,
    wrappedMasterKey: wrapped,
    recoveryFingerprint: noblePrimitives.sha256(authenticator),
    versions: [1],
  })
  if (session === undefined || account === undefined) throw new Error('no session')
  const bundle = signedBundle(account.alias)
  if (options.publish !== false) await server.call('publishBundle', { bundle }, session.token)
  const { pairingCode, alias } = account
  return { username, authKey, wrapped, authenticator, token: session.token, pairingCode, alias, bundle }
}

/** The refusal that a call must end in. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; connect: string; code: string; field: string; wait: number }> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { code, field, retryAfterMs } = error.refusal
    return { status: error.status, connect: error.connectCode, code, field, wait: Number(retryAfterMs) }
  }
  throw new Error('the call was not refused')
}
