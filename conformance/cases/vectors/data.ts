/** The vector files, typed as far as cases and tests read them. Bytes are hex. */
import { readFileSync } from 'node:fs'

type Hex = string

/** One deviation, and the code with which it is refused. */
export type Refusal<T> = T & { readonly name: string; readonly comment: string; readonly code: string }

interface Pair {
  readonly new: Hex
  /** A secret, `none` or `absent`. */
  readonly used: Hex
  readonly usedIsInvitation: boolean
}

export interface Kept {
  readonly held: Pair | null
  readonly beside: Pair | null
}

export interface HandshakeVectors {
  readonly tags: readonly Record<'secret' | 'device' | 'nonce' | 'tag', Hex>[]
  readonly choices: readonly {
    readonly name: string
    readonly comment: string
    readonly kept: Kept
    readonly invitations: readonly Hex[]
    readonly contact: { readonly accepted: boolean; readonly otherAccepted: boolean }
    readonly peer: { readonly device: Hex; readonly nonce: Hex; readonly tags: readonly Hex[] }
    readonly expect: {
      readonly kind: string
      readonly psk0: Hex
      readonly notice: boolean
      readonly spent: Hex | null
    }
    readonly afterwards: { readonly continuity: Hex } & Record<
      'initiatorStored' | 'initiatorConfirmed' | 'responderStored',
      Kept
    >
  }[]
  readonly moves: readonly Record<'exporter' | 'nonce' | 'secret', Hex>[]
  readonly transcripts: readonly {
    readonly name: string
    readonly psk0: Hex
    readonly signals: Record<'helloI' | 'helloR' | 'offer' | 'answer' | 'deviceI' | 'deviceR', Hex>
    readonly idI: Hex
    readonly idR: Hex
    readonly oldH: Hex | null
    readonly prologue: Hex
    readonly initiator: Record<'static' | 'ephemeral' | 'kemSeed', Hex>
    readonly responder: Record<'static' | 'ephemeral' | 'encapsulation' | 'ratchetSecret' | 'ratchetKemSeed', Hex>
    readonly message1: Hex
    readonly message2: Hex
    readonly keys: Record<'h' | 'rk0' | 'continuity' | 'exporter' | 'rendezvousRoot', Hex>
    readonly X0: Hex
    readonly ek0: Hex
  }[]
  readonly refusals: readonly Refusal<{
    readonly transcript: string
    readonly receiver: 'initiator' | 'responder'
    readonly message: Hex
  }>[]
}

export interface SealEvent {
  readonly do: 'seal'
  readonly side: 'I' | 'R'
  readonly index: number
  readonly draws?: Record<'x' | 'seed' | 'randomness', Hex>
  readonly block: Hex
  readonly frame: Hex
}

export interface OpenEvent {
  readonly do: 'open'
  readonly side: 'I' | 'R'
  readonly frame: number
}

export interface RatchetTranscript {
  readonly name: string
  readonly events: readonly (SealEvent | OpenEvent)[]
}

export interface RatchetVectors {
  readonly chains: readonly Record<'ck' | 'mk' | 'nextCk', Hex>[]
  readonly turns: readonly Record<
    'rk' | 'dh' | 'ss' | 'X' | 'Xt' | 'ek' | 'ekt' | 'ct' | 'info' | 'nextRk' | 'ck',
    Hex
  >[]
  readonly start: Record<'rk0' | 'X0' | 'ek0' | 'x0' | 'seed0', Hex>
  readonly transcripts: readonly RatchetTranscript[]
  readonly refusals: readonly Refusal<{
    readonly transcript: string
    readonly after: number
    readonly receiver: 'I' | 'R'
    readonly message: Hex
  }>[]
}

export interface JsonRecord {
  readonly kind: string
  readonly [field: string]: string | number | boolean | readonly string[] | readonly number[]
}

export interface FrameVectors {
  readonly padding: {
    readonly padded: readonly { readonly bytes: Hex; readonly size: number; readonly padded: Hex }[]
    readonly refusals: readonly Refusal<{ readonly padded: Hex }>[]
    readonly tooLong: readonly { readonly length: number; readonly size: number; readonly code: string }[]
  }
  readonly blocks: readonly {
    readonly name: string
    readonly records: readonly JsonRecord[]
    readonly block: Hex
    readonly fitsTurnFrame: boolean
  }[]
  readonly refusals: readonly Refusal<{ readonly block: Hex }>[]
  /** Refused with `malformed` or `not_canonical`. */
  readonly brokenWire: readonly { readonly name: string; readonly comment: string; readonly block: Hex }[]
  readonly wrongSizes: readonly { readonly size: number; readonly padded: Hex; readonly code: string }[]
  readonly streams: readonly {
    readonly name: string
    readonly pieces: readonly {
      readonly stream: number
      readonly last: boolean
      readonly length: number
      readonly fill: number
    }[]
    readonly contents: readonly { readonly stream: number; readonly length: number; readonly sha256: Hex }[]
    readonly code: string | null
  }[]
}

export interface IntroductionVectors {
  readonly people: readonly [Record<'id' | 'secret' | 'publicKey', Hex>, Record<'id' | 'secret' | 'publicKey', Hex>]
  readonly topics: {
    readonly epochs: readonly { readonly seconds: number; readonly epochs: readonly number[] }[]
    readonly pairing: readonly { readonly p: Hex; readonly epoch: number; readonly topic: Hex }[]
    readonly contact: readonly ({ readonly rootEpoch: number; readonly epoch: number } & Record<
      'root' | 'rootThen' | 'topic' | 'psk' | 'hash',
      Hex
    >)[]
    readonly contactRefusals: readonly {
      readonly root: Hex
      readonly rootEpoch: number
      readonly epoch: number
      readonly code: string
    }[]
    readonly own: readonly { readonly key: Hex; readonly epoch: number; readonly topic: Hex }[]
  }
  readonly own: Record<'masterKey' | 'id' | 'secret' | 'publicKey' | 'psk', Hex>
  readonly ephemeral: Record<'ikmE' | 'sk' | 'pk', Hex>
  readonly signals: readonly { readonly name: string; readonly fields: JsonRecord; readonly signal: Hex }[]
  readonly signalRefusals: readonly Refusal<{ readonly signal: Hex }>[]
  readonly seals: readonly ({ readonly name: string; readonly psk: Hex | null } & Record<
    'topic' | 'senderId' | 'recipientId' | 'ikmE' | 'signal' | 'sealed',
    Hex
  >)[]
  readonly refusals: readonly Refusal<{ readonly message: Hex }>[]
  readonly ownRefusals: readonly Refusal<{ readonly message: Hex }>[]
}

export interface JsonEnvelope {
  readonly id: Hex
  readonly sequence: string
  readonly writtenAt: string
  readonly kind: number
  readonly expirySeconds: number
}

export interface ContentVectors {
  readonly contents: readonly {
    readonly name: string
    readonly envelope: JsonEnvelope
    readonly body: { readonly kind: string; readonly fields: Readonly<Record<string, unknown>> }
    readonly content: Hex
  }[]
  readonly unknown: readonly { readonly name: string; readonly comment: string; readonly content: Hex }[]
  readonly refusals: readonly Refusal<{ readonly content: Hex }>[]
}

export interface BackupVectors {
  readonly backup: Record<'stretched' | 'salt' | 'prefix' | 'key' | 'head' | 'end' | 'file', Hex> & {
    readonly profile: number
    readonly entries: readonly Hex[]
  }
  readonly refusals: readonly Refusal<{ readonly file: Hex; readonly offset: number | null }>[]
}

export interface VaultVectors {
  readonly header: Record<
    | 'vaultKey'
    | 'masterKey'
    | 'deviceKey'
    | 'innerNonce'
    | 'outerNonce'
    | 'username'
    | 'server'
    | 'wrappedMasterKey'
    | 'wrappedVaultKey'
    | 'header',
    Hex
  >
  readonly records: readonly ({ readonly table: string; readonly id: string } & Record<
    'key' | 'plaintext' | 'nonce' | 'sealed',
    Hex
  >)[]
  readonly files: readonly Record<'key' | 'prefix' | 'plain' | 'sealed', Hex>[]
  readonly log: { readonly whole: Hex; readonly torn: readonly { readonly length: number; readonly entries: number }[] }
  readonly refusals: readonly Refusal<{
    readonly kind: 'header' | 'masterKey' | 'deviceKey' | 'record' | 'log' | 'file'
    readonly table: string
    readonly id: string
    readonly bytes: Hex
  }>[]
}

export interface MergeVectors {
  readonly joins: readonly {
    readonly name: string
    readonly mine: Hex
    readonly theirs: Hex
    readonly joined: Hex
    readonly verdict: 'mine' | 'theirs' | 'both' | 'new'
  }[]
  readonly refusals: readonly Refusal<{ readonly item: Hex }>[]
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'))
}

export const handshakeVectors = load('handshake.json') as HandshakeVectors
export const ratchetVectors = load('ratchet.json') as RatchetVectors
export const frameVectors = load('frame.json') as FrameVectors
export const introductionVectors = load('introduction.json') as IntroductionVectors
export const contentVectors = load('content.json') as ContentVectors
export const backupVectors = load('backup.json') as BackupVectors
export const vaultVectors = load('vault.json') as VaultVectors
export const mergeVectors = load('merge.json') as MergeVectors
