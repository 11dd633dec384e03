/**
 * Long data at rest: chunks under one key, none of which can be changed, moved, left out or put at the end without notice
 * (spec/11, Files; STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
 *
 *   nonce = prefix[7] ‖ u32be(chunk) ‖ (01 for the last chunk, 00 for the others)
 *   chunk = AES-256-GCM(key, nonce, plain; no associated data)
 *
 * Each chunk opens by itself, so a reader may begin anywhere. Not its concern: where the chunks lie.
 */
import { concat, u32be } from '../bytes/bytes.js'
import { unprintable } from '../bytes/unprintable.js'
import { ensureLength, SIZES } from '../crypto/sizes.js'
import type { Aead } from '../env.js'
import { ensure } from '../errors.js'
import { KEY_SIZE } from './key-tree.js'

const PREFIX_SIZE = 7

/** For one stream only. */
export interface StreamKey {
  /** 32 bytes. */
  readonly key: Uint8Array
  /** 7 bytes. */
  readonly prefix: Uint8Array
}

/** Throws `invalid_argument` for another length of either. */
export function streamKey(key: Uint8Array, prefix: Uint8Array): StreamKey {
  ensureLength(key, KEY_SIZE, 'invalid_argument', 'the key of a stream')
  ensureLength(prefix, PREFIX_SIZE, 'invalid_argument', 'the prefix of a stream')
  return unprintable('StreamKey', { key, prefix })
}

export function newStreamKey(host: { random(length: number): Uint8Array }): StreamKey {
  return streamKey(host.random(KEY_SIZE), host.random(PREFIX_SIZE))
}

/** How chunks of `chunk` plain bytes divide `size`: the last may be shorter, and an empty stream has one. */
export function chunkCount(size: number, chunk: number): number {
  return Math.max(1, Math.ceil(size / chunk))
}

/** Bytes of all chunks with their tags. */
export function sealedSize(size: number, chunk: number): number {
  return size + chunkCount(size, chunk) * SIZES.aeadTag
}

/** Where chunk `index` begins among the sealed bytes. */
export function sealedOffset(index: number, chunk: number): number {
  return index * (chunk + SIZES.aeadTag)
}

/** One key must never seal two different plaintexts as the same chunk. */
export function sealChunk(
  aead: Aead,
  stream: StreamKey,
  index: number,
  isLast: boolean,
  plain: Uint8Array,
): Promise<Uint8Array> {
  return aead.seal(stream.key, nonce(stream, index, isLast), NO_DATA, plain)
}

/** Rejects with `open_failed`: changed, of another place or stream, or not the end where the end must be. */
export function openChunk(
  aead: Aead,
  stream: StreamKey,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  return aead.open(stream.key, nonce(stream, index, isLast), NO_DATA, sealed)
}

const NO_DATA = new Uint8Array(0)

function nonce({ prefix }: StreamKey, index: number, isLast: boolean): Uint8Array {
  ensure(
    Number.isInteger(index) && index >= 0 && index < 2 ** 32,
    'invalid_argument',
    'chunks count from 0 to 2^32 - 1',
  )
  return concat(prefix, u32be(index), Uint8Array.of(isLast ? 1 : 0))
}
