import { expect, it } from 'vitest'
import * as shared from './shared.js'

it('the shared entry has exactly these names: nothing in it could read a message', () => {
  expect(Object.keys(shared).sort()).toEqual([
    'CHOSEN',
    'CODE_ALPHABET',
    'ERROR_CODES',
    'PROTOCOL',
    'Solo2Error',
    'aliasOf',
    'checkDisplayName',
    'compare',
    'concat',
    'decodeCanonical',
    'encode',
    'ensure',
    'equal',
    'foldUsername',
    'formatCode',
    'fromBase64url',
    'fromHex',
    'fromUtf8',
    'identityId',
    'isAlias',
    'noblePrimitives',
    'normaliseCode',
    'preparePassword',
    'randomPairingCode',
    'toBase64url',
    'toHex',
    'u32be',
    'utf8',
    'verifyBundle',
    'wipe',
  ])
})
