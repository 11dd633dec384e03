/** Calls of the account plane: what a generated Connect client sends, by hand. */
import { AccountServiceDefinition } from '@solo2/proto/account-service'
import { Broken, ensureKept, Untestable } from '../../src/case.js'
import type { HttpAnswer } from './http.js'
import { type Refused, refusalOf } from './refusals.js'
import { ask, type ServerSubject, wait } from './subject.js'

const { methods } = AccountServiceDefinition
type Methods = typeof methods
export type MethodName = keyof Methods

/** The client's half of a method's codec. */
interface Codec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(input: Uint8Array): T
}
type RequestOf<Name extends MethodName> = Methods[Name]['requestType'] extends { fromPartial(object: infer P): unknown }
  ? P
  : never
export type ResponseOf<Name extends MethodName> = Methods[Name]['responseType'] extends Codec<infer T> ? T : never

export const METHODS = Object.keys(methods) as readonly MethodName[]
/** What anybody may call. */
export const PUBLIC: readonly MethodName[] = ['prelogin', 'register', 'login', 'recover']

export function pathOf(name: MethodName): string {
  return `/${AccountServiceDefinition.fullName}/${methods[name].name}`
}

export function bearer(token: Uint8Array | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${Buffer.from(token).toString('base64url')}` }
}

export function encoded<Name extends MethodName>(name: Name, request: RequestOf<Name>): Uint8Array {
  const codec = methods[name].requestType as unknown as Codec<unknown> & { fromPartial(object: unknown): unknown }
  return codec.encode(codec.fromPartial(request)).finish()
}

/** The call as it is answered, whichever way. */
export function send<Name extends MethodName>(
  subject: ServerSubject,
  name: Name,
  request: RequestOf<Name>,
  token?: Uint8Array,
): Promise<HttpAnswer> {
  const headers = { 'content-type': 'application/proto', 'connect-protocol-version': '1', ...bearer(token) }
  return ask(subject, { path: pathOf(name), headers, body: encoded(name, request) })
}

function decoded<Name extends MethodName>(name: Name, answer: HttpAnswer): ResponseOf<Name> {
  const { headers, body } = answer
  ensureKept(headers['content-type'] === 'application/proto', `${name} came as ${headers['content-type']}`)
  ensureKept(headers['cache-control'] === 'no-store', `${name} came with Cache-Control ${headers['cache-control']}`)
  try {
    return methods[name].responseType.decode(body) as ResponseOf<Name>
  } catch {
    throw new Broken(`${name} came as no message of its type: ${body.toString('hex')}`)
  }
}

/** A wait up to this long is waited. */
const WAIT_MS = 5_000

/** Limits are the server's right: what they leave no room for tells nothing. */
export function ensureRoom(name: string, { code, retryAfterMs }: Refused): void {
  if (code !== 'rate_limited') return
  throw new Untestable(`${name} is at its limit for ${Math.ceil(retryAfterMs / 1_000)} s: run it again after that`)
}

type Outcome<Name extends MethodName> =
  | { readonly response: ResponseOf<Name>; readonly refusal?: undefined }
  | { readonly response?: undefined; readonly refusal: Refused }

/** The call, and what became of it; a short wait of a limit is waited. */
export async function attempt<Name extends MethodName>(
  subject: ServerSubject,
  name: Name,
  request: RequestOf<Name>,
  token?: Uint8Array,
): Promise<Outcome<Name>> {
  const answer = await send(subject, name, request, token)
  if (answer.status === 200) return { response: decoded(name, answer) }
  const refusal = refusalOf(answer)
  if (refusal.code !== 'rate_limited' || refusal.retryAfterMs > WAIT_MS) return { refusal }
  await wait(refusal.retryAfterMs)
  return attempt(subject, name, request, token)
}

/** The answer to a call that must hold; `Broken` if it is refused, `Untestable` if a limit is in the way. */
export async function call<Name extends MethodName>(
  subject: ServerSubject,
  name: Name,
  request: RequestOf<Name>,
  token?: Uint8Array,
): Promise<ResponseOf<Name>> {
  const { response, refusal } = await attempt(subject, name, request, token)
  if (refusal === undefined) return response
  ensureRoom(name, refusal)
  throw new Broken(`${name} was refused: ${refusal.code} ${refusal.field}`)
}

/** A call that must be refused with this code, and with this field if one is named. */
export async function refused<Name extends MethodName>(
  subject: ServerSubject,
  name: Name,
  request: RequestOf<Name>,
  token: Uint8Array | undefined,
  code: string,
  field?: string,
): Promise<Refused> {
  const { refusal } = await attempt(subject, name, request, token)
  if (refusal === undefined) throw new Broken(`${name} passed, and ${code} was due`)
  ensureRoom(name, refusal)
  ensureKept(refusal.code === code, `${name} was refused with ${refusal.code} ${refusal.field}, and ${code} was due`)
  if (field !== undefined)
    ensureKept(refusal.field === field, `${name} names the field "${refusal.field}", not ${field}`)
  return refusal
}
