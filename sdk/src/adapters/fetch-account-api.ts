/** The account plane over fetch: Connect unary calls with protobuf bodies (spec/05). */
import * as account from '@solo2/proto/account'
import { toBase64url } from '../bytes/bytes.js'
import { ERROR_CODES, type ErrorCode, ensure, Solo2Error } from '../errors.js'
import { CHOSEN } from '../limits.js'
import type { AccountApi, CallOptions } from '../ports/account-api.js'
import { readHttpDate } from './http-date.js'

const SERVICE = '/solo2.account.v1.AccountService/'
const REFUSAL_TYPE = 'solo2.account.v1.Refusal'

interface Codec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(input: Uint8Array): T
}

/** `origin`: http: or https:, anything after the host is ignored. Throws `invalid_argument`. */
export function fetchAccountApi(origin: string): AccountApi {
  const base = serverOrigin(origin) + SERVICE
  const method =
    <Request, Response>(name: string, request: Codec<Request>, response: Codec<Response>) =>
    async (message: Request, options: CallOptions = {}): Promise<Response> => {
      const bytes = await call(base + name, request.encode(message).finish(), options)
      try {
        return response.decode(bytes)
      } catch (error) {
        throw away(error)
      }
    }
  return {
    prelogin: method('Prelogin', account.PreloginRequest, account.PreloginResponse),
    register: method('Register', account.RegisterRequest, account.RegisterResponse),
    login: method('Login', account.LoginRequest, account.LoginResponse),
    logout: method('Logout', account.LogoutRequest, account.LogoutResponse),
    getAccount: method('GetAccount', account.GetAccountRequest, account.GetAccountResponse),
    publishBundle: method('PublishBundle', account.PublishBundleRequest, account.PublishBundleResponse),
    lookUp: method('LookUp', account.LookUpRequest, account.LookUpResponse),
    requestPairing: method('RequestPairing', account.RequestPairingRequest, account.RequestPairingResponse),
    listPairings: method('ListPairings', account.ListPairingsRequest, account.ListPairingsResponse),
    answerPairing: method('AnswerPairing', account.AnswerPairingRequest, account.AnswerPairingResponse),
    drawTickets: method('DrawTickets', account.DrawTicketsRequest, account.DrawTicketsResponse),
    getIceServers: method('GetIceServers', account.GetIceServersRequest, account.GetIceServersResponse),
    pauseAccount: method('PauseAccount', account.PauseAccountRequest, account.PauseAccountResponse),
    resumeAccount: method('ResumeAccount', account.ResumeAccountRequest, account.ResumeAccountResponse),
    setMaximumSecurity: method(
      'SetMaximumSecurity',
      account.SetMaximumSecurityRequest,
      account.SetMaximumSecurityResponse,
    ),
    seeBalance: method('SeeBalance', account.SeeBalanceRequest, account.SeeBalanceResponse),
    startCheckout: method('StartCheckout', account.StartCheckoutRequest, account.StartCheckoutResponse),
    sendFeedback: method('SendFeedback', account.SendFeedbackRequest, account.SendFeedbackResponse),
    getPushKey: method('GetPushKey', account.GetPushKeyRequest, account.GetPushKeyResponse),
    enableNotifications: method(
      'EnableNotifications',
      account.EnableNotificationsRequest,
      account.EnableNotificationsResponse,
    ),
    disableNotifications: method(
      'DisableNotifications',
      account.DisableNotificationsRequest,
      account.DisableNotificationsResponse,
    ),
    setWakeToken: method('SetWakeToken', account.SetWakeTokenRequest, account.SetWakeTokenResponse),
    recover: method('Recover', account.RecoverRequest, account.RecoverResponse),
    setDisplayName: method('SetDisplayName', account.SetDisplayNameRequest, account.SetDisplayNameResponse),
    newPairingCode: method('NewPairingCode', account.NewPairingCodeRequest, account.NewPairingCodeResponse),
    listSessions: method('ListSessions', account.ListSessionsRequest, account.ListSessionsResponse),
    endSessions: method('EndSessions', account.EndSessionsRequest, account.EndSessionsResponse),
    changePassword: method('ChangePassword', account.ChangePasswordRequest, account.ChangePasswordResponse),
    newWords: method('NewWords', account.NewWordsRequest, account.NewWordsResponse),
    deleteAccount: method('DeleteAccount', account.DeleteAccountRequest, account.DeleteAccountResponse),
  }
}

function serverOrigin(origin: string): string {
  let url: URL
  try {
    url = new URL(origin)
  } catch (error) {
    throw new Solo2Error('invalid_argument', 'not the address of a server', { field: 'server', cause: error })
  }
  ensure(url.protocol === 'http:' || url.protocol === 'https:', 'invalid_argument', 'not an http: or https: address')
  ensure(!url.username && !url.password, 'invalid_argument', 'an address holds no credentials')
  return url.origin
}

/** What no Solo2 server said: network failure, a proxy's page, bytes that are no protobuf. */
function away(cause: unknown): Solo2Error {
  return new Solo2Error('server_away', 'the server does not answer', { cause })
}

async function call(url: string, body: Uint8Array, options: CallOptions): Promise<Uint8Array> {
  ensure(!options.signal?.aborted, 'cancelled', 'the call was cancelled')
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, CHOSEN.SERVER_ANSWER_MS)
  options.signal?.addEventListener('abort', abort)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/proto',
        'connect-protocol-version': '1',
        ...(options.token && { authorization: `Bearer ${toBase64url(options.token)}` }),
      },
      body: body as Uint8Array<ArrayBuffer>,
      // Nothing of the browser's own goes along, and a redirect would carry the token elsewhere.
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
    })
    const bytes = await readBounded(response)
    const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
    const isAnswer = response.status === 200 && type === 'application/proto'
    const refused = response.status !== 200 && type === 'application/json' ? refusal(bytes) : away(undefined)
    const date = readHttpDate(response.headers.get('date'))
    // What stands between may have a time of its own.
    if (date !== undefined && (isAnswer || refused.code !== 'server_away')) options.onServerTime?.(date)
    if (isAnswer) return bytes
    throw refused
  } catch (error) {
    if (options.signal?.aborted) throw new Solo2Error('cancelled', 'the call was cancelled')
    throw error instanceof Solo2Error ? error : away(error)
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const part = await reader?.read()
    if (!part || part.done) break
    length += part.value.length
    if (length > CHOSEN.ANSWER_BYTES) {
      await reader?.cancel()
      throw away(undefined)
    }
    parts.push(part.value)
  }
  const out = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}

/** Connect's codes, for an answer that carries no detail of ours. */
const CONNECT_CODES: Readonly<Record<string, ErrorCode>> = {
  invalid_argument: 'invalid_argument',
  out_of_range: 'invalid_argument',
  unauthenticated: 'unauthenticated',
  permission_denied: 'permission_denied',
  not_found: 'not_found',
  already_exists: 'already_exists',
  failed_precondition: 'failed_precondition',
  resource_exhausted: 'rate_limited',
  unavailable: 'unavailable',
  aborted: 'unavailable',
  canceled: 'unavailable',
  deadline_exceeded: 'unavailable',
  unimplemented: 'unimplemented',
  internal: 'internal',
  unknown: 'internal',
  data_loss: 'internal',
}

/** The server speaks of the request and of itself; codes on peers or on this device are not its to give. */
const SERVER_CULPRITS: ReadonlySet<string> = new Set(['bytes', 'caller', 'person', 'server'])
const SERVER_CODES: ReadonlySet<string> = new Set(['unsupported_version', 'bad_signature'])

/** A Connect error as a Solo2Error. None of its text is taken over: it is the server's, and may be anything. */
function refusal(bytes: Uint8Array): Solo2Error {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    return away(error)
  }
  const { code, details } = (parsed ?? {}) as { code?: unknown; details?: unknown }
  const general = typeof code === 'string' && Object.hasOwn(CONNECT_CODES, code) ? CONNECT_CODES[code] : undefined
  if (!general) return away(undefined)
  const detail = Array.isArray(details) ? details.map(readDetail).find((found) => found !== undefined) : undefined
  const exact = detail?.code
  return new Solo2Error(exact ?? general, 'the server refused', {
    ...(detail?.field && { field: detail.field }),
    ...(detail?.retryAfterMs && { retryAfterMs: detail.retryAfterMs }),
  })
}

interface Detail {
  readonly code: ErrorCode | undefined
  readonly field: string | undefined
  readonly retryAfterMs: number | undefined
}

function readDetail(detail: unknown): Detail | undefined {
  const { type, value } = (detail ?? {}) as { type?: unknown; value?: unknown }
  if (type !== REFUSAL_TYPE || typeof value !== 'string') return undefined
  try {
    const bytes = Uint8Array.from(atob(value), (char) => char.charCodeAt(0))
    const { code, field, retryAfterMs } = account.Refusal.decode(bytes)
    return {
      code: isServerCode(code) ? code : undefined,
      field: /^[a-z][a-z0-9_.]{0,63}$/.test(field) ? field : undefined,
      retryAfterMs: retryAfterMs > 0n && retryAfterMs < 1n << 40n ? Number(retryAfterMs) : undefined,
    }
  } catch {
    return undefined
  }
}

function isServerCode(code: string): code is ErrorCode {
  if (!Object.hasOwn(ERROR_CODES, code)) return false
  return SERVER_CODES.has(code) || SERVER_CULPRITS.has(ERROR_CODES[code as ErrorCode])
}
