/**
 * The Connect unary protocol (spec/05 section 3): a POST's headers and bytes to a typed request, a typed answer or an
 * error back to bytes. No socket, no handler knows of it.
 */
import { Refusal } from '@solo2/proto/account-service'
import { type ErrorCode, Solo2Error } from '@solo2/sdk/shared'
import { connectCodeOf, HTTP_STATUS } from './errors.js'

export interface HttpCall {
  /** As received, upper case. */
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Lower-case name; empty if absent. */
  header(name: string): string
  readonly body: Uint8Array
  /** Stands for the client's address. Empty if the client went away before anybody asked. */
  fingerprint(): string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export type Encoding = 'proto' | 'json'

/** What the headers say. */
export interface Envelope {
  readonly encoding: Encoding
  /** The client's deadline, from now. */
  readonly timeoutMs: number | undefined
}

/** A Map, so that no name reaches a prototype. */
const MEDIA: ReadonlyMap<string, Encoding> = new Map([
  ['application/proto', 'proto'],
  ['application/json', 'json'],
])

/** A refusal of the envelope itself, whose HTTP status is not the code's. */
export class EnvelopeError extends Error {
  readonly status: number
  readonly code: ErrorCode
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

function encodingOf(contentType: string): Encoding {
  const plain = MEDIA.get(contentType)
  if (plain !== undefined) return plain
  const [media = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  const encoding = MEDIA.get(media)
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  const readable = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  if (encoding === undefined || !readable) {
    throw new EnvelopeError(415, 'invalid_argument', 'Send application/proto or application/json in UTF-8.', {
      'accept-post': [...MEDIA.keys()].join(', '),
    })
  }
  return encoding
}

function timeoutOf(value: string): number | undefined {
  if (value === '') return undefined
  if (!/^[0-9]{1,10}$/.test(value)) {
    throw new Solo2Error('invalid_argument', 'Connect-Timeout-Ms is not a number of up to 10 digits.')
  }
  return Number(value)
}

/** Throws {@link EnvelopeError} or `Solo2Error` for what no unary Connect call of ours has. */
export function readEnvelope(call: HttpCall): Envelope {
  if (call.method !== 'POST') {
    throw new EnvelopeError(405, 'unimplemented', 'Calls are made by POST.', { allow: 'POST' })
  }
  const encoding = encodingOf(call.header('content-type'))
  const version = call.header('connect-protocol-version')
  if (version !== '' && version !== '1') {
    throw new Solo2Error('invalid_argument', 'This server speaks version 1 of the Connect protocol.')
  }
  const compression = call.header('content-encoding').toLowerCase()
  if (compression !== '' && compression !== 'identity') {
    throw new EnvelopeError(501, 'unimplemented', 'The body must not be compressed.', { 'accept-encoding': 'identity' })
  }
  return { encoding, timeoutMs: timeoutOf(call.header('connect-timeout-ms')) }
}

/** The 32-byte token of "Authorization: Bearer <base64url>" as text, or undefined. */
export function bearerOf(call: HttpCall): string | undefined {
  return /^bearer +([A-Za-z0-9_-]{43})$/i.exec(call.header('authorization'))?.[1]
}

const NEVER_CACHED = { 'cache-control': 'no-store' } as const

export function success(encoding: Encoding, body: Uint8Array): HttpAnswer {
  return { status: 200, headers: { 'content-type': `application/${encoding}`, ...NEVER_CACHED }, body }
}

/** A Connect error: JSON whatever the request's encoding was, with our {@link Refusal} as its one detail. */
export function failure(error: Solo2Error | EnvelopeError): HttpAnswer {
  const code = connectCodeOf(error.code)
  const solo2 = error instanceof Solo2Error ? error : undefined
  const retryAfterMs = Math.ceil(solo2?.retryAfterMs ?? 0)
  const detail = { code: error.code, field: solo2?.field ?? '', retryAfterMs: BigInt(retryAfterMs) }
  const value = Buffer.from(Refusal.encode(detail).finish()).toString('base64').replace(/=+$/, '')
  const body = {
    code,
    message: error.message,
    details: [{ type: 'solo2.account.v1.Refusal', value, debug: Refusal.toJSON(detail) }],
  }
  return {
    status: error instanceof EnvelopeError ? error.status : HTTP_STATUS[code],
    headers: {
      'content-type': 'application/json',
      ...NEVER_CACHED,
      ...(retryAfterMs > 0 ? { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : {}),
      ...(error instanceof EnvelopeError ? error.headers : {}),
    },
    body: Buffer.from(JSON.stringify(body)),
  }
}
