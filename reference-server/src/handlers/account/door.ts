/** The account plane's door: an HTTP call to a method, its session checked, its answer or error back. */
import type { BinaryReader } from '@bufbuild/protobuf/wire'
import type { DrawTicketsResponse } from '@solo2/proto/account'
import { AccountServiceDefinition } from '@solo2/proto/account-service'
import { fromBase64url, Solo2Error, wipe } from '@solo2/sdk/shared'
import type { z } from 'zod'
import {
  bearerOf,
  type Encoding,
  EnvelopeError,
  failure,
  type HttpAnswer,
  type HttpCall,
  readEnvelope,
  success,
} from '../../envelope/connect.js'
import { readerOf } from '../../envelope/fields.js'
import { JSON_FORMS, parseJson } from '../../envelope/json.js'
import { encodeTickets } from '../../envelope/tickets.js'
import { type Log, originOf } from '../../log/log.js'
import { drawTickets } from './draw-tickets.js'
import { getAccount } from './get-account.js'
import { getIceServers } from './get-ice-servers.js'
import { newPairingCode } from './names/new-pairing-code.js'
import { setDisplayName } from './names/set-display-name.js'
import { disableNotifications } from './notifications/disable-notifications.js'
import { enableNotifications } from './notifications/enable-notifications.js'
import { getPushKey } from './notifications/get-push-key.js'
import { setWakeToken } from './notifications/set-wake-token.js'
import { answerPairing } from './pairing/answer-pairing.js'
import { listPairings } from './pairing/list-pairings.js'
import { lookUp } from './pairing/look-up.js'
import { requestPairing } from './pairing/request-pairing.js'
import { publishBundle } from './publish-bundle.js'
import { register } from './register.js'
import { changePassword } from './secrets/change-password.js'
import { deleteAccount } from './secrets/delete-account.js'
import { newWords } from './secrets/new-words.js'
import { recover } from './secrets/recover.js'
import { sendFeedback } from './send-feedback.js'
import { type Caller, ensureServed, type Member, type Services, seconds, sha256, type Visitor } from './services.js'
import { endSessions } from './sessions/end-sessions.js'
import { listSessions } from './sessions/list-sessions.js'
import { login } from './sessions/login.js'
import { logout } from './sessions/logout.js'
import { prelogin } from './sessions/prelogin.js'
import { pauseAccount } from './standing/pause-account.js'
import { resumeAccount } from './standing/resume-account.js'
import { seeBalance } from './standing/see-balance.js'
import { setMaximumSecurity } from './standing/set-maximum-security.js'
import { startCheckout } from './standing/start-checkout.js'

export const ACCOUNT_PATH = `/${AccountServiceDefinition.fullName}/`

interface Codec<T> {
  decode(input: BinaryReader): T
  encode(message: T): { finish(): Uint8Array }
  fromJSON(object: unknown): T
  toJSON(message: T): unknown
}

/** A method with its types closed in: bytes in, bytes out. */
interface Method {
  /** `service`: a session of an account that is served (spec/05 section 14). */
  readonly access: 'public' | 'session' | 'service'
  answer(body: Uint8Array, encoding: 'proto' | 'json', caller: Caller, services: Services): Promise<Uint8Array>
}

function method<Request, Response, By extends Caller>(
  access: Method['access'],
  definition: { requestType: Codec<Request>; responseType: Codec<Response> },
  form: z.ZodType<object>,
  handle: (request: Request, caller: By, services: Services) => Promise<Response>,
  /** Secrets of the response that nobody needs once it is encoded. */
  spent: (response: Response) => readonly Uint8Array[] = () => [],
): Method {
  const decode = (body: Uint8Array): Request => {
    try {
      return definition.requestType.decode(readerOf(body))
    } catch {
      throw new Solo2Error('malformed', 'The body is no protobuf message of this type.')
    }
  }
  return {
    access,
    async answer(body, encoding, caller, services) {
      const request = encoding === 'proto' ? decode(body) : definition.requestType.fromJSON(parseJson(body, form))
      const response = await handle(request, caller as By, services)
      try {
        if (encoding === 'proto') return moved(definition.responseType.encode(response).finish())
        return Buffer.from(JSON.stringify(definition.responseType.toJSON(response)))
      } finally {
        wipe(...spent(response))
      }
    },
  }
}

/** The bytes in memory of their own; short arrays lie on the engine's heap, which leaves copies where it moves them. */
function moved(bytes: Uint8Array): Uint8Array {
  const own = new Uint8Array(new ArrayBuffer(bytes.length))
  own.set(bytes)
  wipe(bytes)
  return own
}

const m = AccountServiceDefinition.methods
const DRAW_TICKETS = {
  requestType: m.drawTickets.requestType,
  responseType: {
    ...m.drawTickets.responseType,
    encode: (response: DrawTicketsResponse) => ({ finish: () => encodeTickets(response) }),
  },
}

/** Every method by its name. A Map, so that no name reaches a prototype. */
const METHODS: ReadonlyMap<string, Method> = new Map([
  ['Prelogin', method('public', m.prelogin, JSON_FORMS.Prelogin, prelogin)],
  ['Register', method('public', m.register, JSON_FORMS.Register, register)],
  ['Login', method('public', m.login, JSON_FORMS.Login, login)],
  ['Logout', method('session', m.logout, JSON_FORMS.Logout, logout)],
  ['GetAccount', method('session', m.getAccount, JSON_FORMS.GetAccount, getAccount)],
  ['PublishBundle', method('session', m.publishBundle, JSON_FORMS.PublishBundle, publishBundle)],
  ['LookUp', method('service', m.lookUp, JSON_FORMS.LookUp, lookUp)],
  ['RequestPairing', method('service', m.requestPairing, JSON_FORMS.RequestPairing, requestPairing)],
  ['ListPairings', method('session', m.listPairings, JSON_FORMS.ListPairings, listPairings)],
  ['AnswerPairing', method('session', m.answerPairing, JSON_FORMS.AnswerPairing, answerPairing)],
  ['DrawTickets', method('service', DRAW_TICKETS, JSON_FORMS.DrawTickets, drawTickets, ({ tickets }) => tickets)],
  ['GetIceServers', method('session', m.getIceServers, JSON_FORMS.GetIceServers, getIceServers)],
  ['GetPushKey', method('session', m.getPushKey, JSON_FORMS.GetPushKey, getPushKey)],
  [
    'EnableNotifications',
    method('session', m.enableNotifications, JSON_FORMS.EnableNotifications, enableNotifications),
  ],
  [
    'DisableNotifications',
    method('session', m.disableNotifications, JSON_FORMS.DisableNotifications, disableNotifications),
  ],
  ['SetWakeToken', method('session', m.setWakeToken, JSON_FORMS.SetWakeToken, setWakeToken)],
  ['SendFeedback', method('session', m.sendFeedback, JSON_FORMS.SendFeedback, sendFeedback)],
  ['Recover', method('public', m.recover, JSON_FORMS.Recover, recover)],
  ['SetDisplayName', method('session', m.setDisplayName, JSON_FORMS.SetDisplayName, setDisplayName)],
  ['NewPairingCode', method('session', m.newPairingCode, JSON_FORMS.NewPairingCode, newPairingCode)],
  ['ListSessions', method('session', m.listSessions, JSON_FORMS.ListSessions, listSessions)],
  ['EndSessions', method('session', m.endSessions, JSON_FORMS.EndSessions, endSessions)],
  ['ChangePassword', method('session', m.changePassword, JSON_FORMS.ChangePassword, changePassword)],
  ['NewWords', method('session', m.newWords, JSON_FORMS.NewWords, newWords)],
  ['DeleteAccount', method('session', m.deleteAccount, JSON_FORMS.DeleteAccount, deleteAccount)],
  ['PauseAccount', method('session', m.pauseAccount, JSON_FORMS.PauseAccount, pauseAccount)],
  ['ResumeAccount', method('session', m.resumeAccount, JSON_FORMS.ResumeAccount, resumeAccount)],
  ['SetMaximumSecurity', method('session', m.setMaximumSecurity, JSON_FORMS.SetMaximumSecurity, setMaximumSecurity)],
  ['SeeBalance', method('session', m.seeBalance, JSON_FORMS.SeeBalance, seeBalance)],
  ['StartCheckout', method('session', m.startCheckout, JSON_FORMS.StartCheckout, startCheckout)],
])

async function memberOf(call: HttpCall, host: string, services: Services): Promise<Member> {
  const refused = () => new Solo2Error('unauthenticated', 'There is no such session, or it is over. Log in.')
  const text = bearerOf(call)
  if (text === undefined) throw refused()
  let token: Uint8Array
  try {
    token = fromBase64url(text)
  } catch {
    throw refused()
  }
  const tokenHash = sha256(token)
  wipe(token)
  const account = await services.store.accountBySession(tokenHash, seconds(services))
  if (account === undefined) throw refused()
  services.limits.calls.take(account.id)
  return { host, account, tokenHash }
}

/** Rejects with `timeout` at the client's deadline. What runs then goes on to its end and its answer is dropped. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const expire = () => reject(new Solo2Error('timeout', 'The deadline of the call has passed.'))
    timer = setTimeout(expire, Math.min(timeoutMs, 2 ** 31 - 1))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export type AccountDoor = (call: HttpCall, host: string) => Promise<HttpAnswer>

export function createAccountDoor(services: Services, log: Log): AccountDoor {
  /** Wipes the request at its end, which is not the answer: past a deadline the work goes on and still reads it. */
  const perform = async (call: HttpCall, encoding: Encoding, host: string, found: Method): Promise<Uint8Array> => {
    try {
      if (found.access === 'public') {
        const visitor: Visitor = { fingerprint: call.fingerprint(), host }
        return await found.answer(call.body, encoding, visitor, services)
      }
      const member = await memberOf(call, host, services)
      if (found.access === 'service') ensureServed(member.account, services)
      return await found.answer(call.body, encoding, member, services)
    } finally {
      wipe(call.body)
    }
  }

  return async (call, host) => {
    const name = call.path.slice(ACCOUNT_PATH.length)
    const found = METHODS.get(name)
    let work: Promise<Uint8Array> | undefined
    try {
      if (found === undefined) throw new EnvelopeError(404, 'unimplemented', 'There is no such method.')
      const { encoding, timeoutMs } = readEnvelope(call)
      work = perform(call, encoding, host, found)
      return success(encoding, timeoutMs === undefined ? await work : await within(timeoutMs, work))
    } catch (error) {
      if (work === undefined) wipe(call.body)
      const known = error instanceof Solo2Error || error instanceof EnvelopeError
      const code = known ? error.code : 'internal'
      const origin = known ? {} : originOf(error)
      log('refused', {
        method: found === undefined ? undefined : name,
        code,
        from: call.fingerprint() || undefined,
        ...origin,
      })
      return failure(known ? error : new Solo2Error('internal', 'The server failed. Try again later.'))
    }
  }
}
