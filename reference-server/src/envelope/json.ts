/**
 * JSON bodies, checked before ts-proto's `fromJSON`, which checks nothing (spec/05 section 3). Zod checks form here;
 * meaning is checked after decoding, the same for both encodings.
 */
import { fromUtf8, Solo2Error } from '@solo2/sdk/shared'
import { z } from 'zod'

/** Requests are flat; one holds a message in a field. Deeper than this is no request. */
const DEPTH_MAX = 8

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** ProtoJSON: null is an unset field. */
const text = z.string().nullish()
const bytes = z.string().regex(BASE64, 'not base64').nullish()
const uint32 = z.union([
  z.number().int().min(0).max(0xffff_ffff),
  z
    .string()
    .regex(/^(0|[1-9][0-9]{0,9})$/)
    .transform(Number)
    .pipe(z.number().max(0xffff_ffff)),
])
const bool = z.boolean().nullish()

/** Each field under its JSON name and its proto name, as ProtoJSON wants. */
const bundle = z.object({ body: bytes, signature: bytes }).nullish()
const versions = z.array(uint32).max(64).nullish()
const authKey = { authKey: bytes, auth_key: bytes }
const displayName = { displayName: text, display_name: text }
const wrappedMasterKey = { wrappedMasterKey: bytes, wrapped_master_key: bytes }
const recoveryFingerprint = { recoveryFingerprint: bytes, recovery_fingerprint: bytes }

/** What a raw JSON body may hold, by method. Unknown keys are dropped, `__proto__` among them. */
export const JSON_FORMS = {
  Prelogin: z.object({ username: text }),
  Register: z.object({
    username: text,
    ...displayName,
    ...authKey,
    ...wrappedMasterKey,
    ...recoveryFingerprint,
    versions,
  }),
  Login: z.object({ username: text, ...authKey, versions }),
  Logout: z.object({}),
  GetAccount: z.object({}),
  PublishBundle: z.object({ bundle, ...authKey }),
  LookUp: z.object({ code: text }),
  RequestPairing: z.object({ code: text }),
  ListPairings: z.object({}),
  AnswerPairing: z.object({ id: text, accept: bool }),
  DrawTickets: z.object({ count: uint32.nullish() }),
  GetIceServers: z.object({}),
  GetPushKey: z.object({}),
  EnableNotifications: z.object({ endpoint: text, p256dh: bytes, auth: bytes }),
  DisableNotifications: z.object({ endpoint: text }),
  SetWakeToken: z.object({ wakeHash: bytes, wake_hash: bytes }),
  SendFeedback: z.object({ message: text }),
  Recover: z.object({
    username: text,
    authenticator: bytes,
    ...authKey,
    ...wrappedMasterKey,
    versions,
  }),
  SetDisplayName: z.object({ ...displayName }),
  NewPairingCode: z.object({}),
  ListSessions: z.object({}),
  EndSessions: z.object({ ids: z.array(z.string()).max(256).nullish() }),
  ChangePassword: z.object({ ...authKey, newAuthKey: bytes, new_auth_key: bytes, ...wrappedMasterKey }),
  NewWords: z.object({ ...authKey, ...wrappedMasterKey, ...recoveryFingerprint }),
  DeleteAccount: z.object(authKey),
  PauseAccount: z.object({}),
  ResumeAccount: z.object({}),
  SetMaximumSecurity: z.object({ on: bool }),
  SeeBalance: z.object({}),
  StartCheckout: z.object({ amount: uint32.nullish() }),
} as const

/** Brackets that are open at once, strings left out. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const char = json[i]
    if (inString) {
      if (char === '\\') i += 1
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth)
    else if (char === '}' || char === ']') depth -= 1
  }
  return deepest
}

/**
 * The body as an object of that form. Of a doubled key the last counts. Throws `malformed` for what is no JSON object of
 * bounded depth, `invalid_argument` with the field for a value of the wrong type.
 */
export function parseJson(body: Uint8Array, form: z.ZodType<object>): object {
  const json = fromUtf8(body)
  if (depthOf(json) > DEPTH_MAX) throw new Solo2Error('malformed', 'The JSON is nested too deeply.')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Solo2Error('malformed', 'The body is not JSON.')
  }
  const result = form.safeParse(value)
  if (result.success) return result.data
  const field = result.error.issues[0]?.path.map(String).join('.') ?? ''
  if (field === '') throw new Solo2Error('malformed', 'The body is not a JSON object.')
  throw new Solo2Error('invalid_argument', 'The field has the wrong type.', { field })
}
