/**
 * The meaning of each request's fields, checked after either encoding was decoded: lengths, ranges, alphabets, and the
 * rules that both sides share (spec/05 section 6). A field that breaks one is named in proto spelling.
 */
import {
  checkDisplayName,
  foldUsername,
  normaliseCode as normalise,
  type normaliseCode,
  PROTOCOL,
  Solo2Error,
  utf8,
} from '@solo2/sdk/shared'
import { z } from 'zod'
import { AMOUNT_MAX, AMOUNT_MIN } from '../../rules/checkout.js'

const KEY_SIZE = 32
const TICKETS_MAX = 8
const VERSIONS_MAX = 8
const SESSION_IDS_MAX = 64
const ID = /^[A-Za-z0-9_-]{24}$/
const AMOUNT_RANGE = `must be ${AMOUNT_MIN} to ${AMOUNT_MAX} cents`

const bytes = (length: number) =>
  z.instanceof(Uint8Array).refine((value) => value.length === length, `must be ${length} bytes`)

/** A rule of sdk/shared as a schema. What it throws passes through unchanged. */
const shared = <Out>(rule: (text: string) => Out) => z.string().transform((value) => rule(value))

/** Version 1 of the wrapper's header: 01, profile 01, two zero bytes (spec/03). */
const wrapper = bytes(PROTOCOL.WRAPPED_MASTER_KEY_SIZE).refine(
  (value) => value[0] === 1 && value[1] === 1 && value[2] === 0 && value[3] === 0,
  'must begin with 01, profile 1 and two zero bytes',
)
const versions = z.array(z.number()).min(1, 'must not be empty').max(VERSIONS_MAX, `has at most ${VERSIONS_MAX}`)
/** Names of pairing requests and of sessions. */
const id = z.string().regex(ID, 'must be 24 characters of base64url')
const code = shared<ReturnType<typeof normaliseCode>>(normalise)

export const preloginMeaning = z.object({ username: shared(foldUsername) })
export const registerMeaning = z.object({
  username: shared(foldUsername),
  displayName: shared(checkDisplayName),
  authKey: bytes(KEY_SIZE),
  wrappedMasterKey: wrapper,
  recoveryFingerprint: bytes(KEY_SIZE),
  versions,
})
export const loginMeaning = z.object({ username: shared(foldUsername), authKey: bytes(KEY_SIZE), versions })
export const publishBundleMeaning = z.object({
  bundle: z.object({ body: z.instanceof(Uint8Array), signature: z.instanceof(Uint8Array) }, 'is missing'),
  /** Empty for the first bundle. */
  authKey: z
    .instanceof(Uint8Array)
    .refine((value) => value.length === 0 || value.length === KEY_SIZE, 'must be 32 bytes'),
})
export const recoverMeaning = z.object({
  username: shared(foldUsername),
  authenticator: bytes(KEY_SIZE),
  authKey: bytes(KEY_SIZE),
  wrappedMasterKey: wrapper,
  versions,
})
export const setDisplayNameMeaning = z.object({ displayName: shared(checkDisplayName) })
export const endSessionsMeaning = z.object({ ids: z.array(id).max(SESSION_IDS_MAX, `has at most ${SESSION_IDS_MAX}`) })
export const changePasswordMeaning = z.object({
  authKey: bytes(KEY_SIZE),
  newAuthKey: bytes(KEY_SIZE),
  wrappedMasterKey: wrapper,
})
export const newWordsMeaning = z.object({
  authKey: bytes(KEY_SIZE),
  wrappedMasterKey: wrapper,
  recoveryFingerprint: bytes(KEY_SIZE),
})
export const authKeyMeaning = z.object({ authKey: bytes(KEY_SIZE) })
export const codeMeaning = z.object({ code })
export const answerPairingMeaning = z.object({
  id,
  accept: z.boolean(),
})
export const setMaximumSecurityMeaning = z.object({ on: z.boolean() })
export const startCheckoutMeaning = z.object({
  amount: z.number().int().min(AMOUNT_MIN, AMOUNT_RANGE).max(AMOUNT_MAX, AMOUNT_RANGE),
})
export const drawTicketsMeaning = z.object({
  count: z.number().int().min(1, 'must be 1 to 8').max(TICKETS_MAX, 'must be 1 to 8'),
})
/** Bytes of UTF-8 of a feedback message. */
const FEEDBACK_MAX = 4_000
export const sendFeedbackMeaning = z.object({
  message: z
    .string()
    .refine((text) => text.trim() !== '', 'must not be empty')
    .refine((text) => !/\p{Surrogate}/u.test(text), 'must be well-formed Unicode')
    .refine((text) => utf8(text).length <= FEEDBACK_MAX, `has at most ${FEEDBACK_MAX} bytes`),
})

/** Whether the endpoint may be called is the operator's list to say, not a matter of its form. */
export const enableNotificationsMeaning = z.object({
  endpoint: z.string().min(1, 'must not be empty').max(1_024, 'has at most 1,024 characters'),
  p256dh: bytes(65),
  auth: bytes(16),
})
export const disableNotificationsMeaning = z.object({ endpoint: z.string() })
export const setWakeTokenMeaning = z.object({
  wakeHash: z
    .instanceof(Uint8Array)
    .refine((value) => value.length === 0 || value.length === KEY_SIZE, 'must be empty or 32 bytes'),
})

const toSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Throws `invalid_argument` with the field in proto spelling, or what the shared rule throws. */
export function checked<Out>(meaning: z.ZodType<Out>, request: unknown): Out {
  const result = meaning.safeParse(request)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue === undefined ? '' : issue.path.map((part) => toSnake(String(part))).join('.')
  throw new Solo2Error('invalid_argument', `The field ${field} ${issue?.message ?? 'is not as it should be'}.`, {
    field,
  })
}
