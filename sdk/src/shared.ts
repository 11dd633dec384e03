/**
 * `@solo2/sdk/shared`: what the server and the clients both check, and nothing that could read a message. The list is
 * pinned by shared.test.ts.
 */
export {
  aliasOf,
  CODE_ALPHABET,
  type Code,
  type CodeKind,
  formatCode,
  isAlias,
  normaliseCode,
  randomPairingCode,
} from './account/codes.js'
export { checkDisplayName, foldUsername, preparePassword } from './account/rules.js'
export {
  compare,
  concat,
  equal,
  fromBase64url,
  fromHex,
  fromUtf8,
  toBase64url,
  toHex,
  u32be,
  utf8,
  wipe,
} from './bytes/bytes.js'
export { type Codec, decodeCanonical, encode } from './bytes/canonical.js'
export { noblePrimitives } from './crypto/primitives-noble.js'
export type { Primitives } from './env.js'
export { type Culprit, ERROR_CODES, type ErrorCode, type ErrorDetails, ensure, Solo2Error } from './errors.js'
export { verifyBundle } from './identity/bundle.js'
export { identityId } from './identity/id.js'
export type { PublicIdentity } from './identity/keys.js'
export { CHOSEN, PROTOCOL } from './limits.js'
