/** How the vectors' cases ask a testee, and how they judge what it says. */
import { Broken, type Case, ensureKept } from '../../src/case.js'
import type { Call, Outcome, Testee } from '../../src/testee/testee.js'

export type VectorCase = Case<Testee>

interface Described extends Pick<VectorCase, 'title' | 'promises' | 'rules' | 'explain' | 'run'> {
  /** Of the vector file. */
  readonly file: string
  /** That a testee declares; the file's name unless told. */
  readonly feature?: string
  readonly group: string
  /** Of the vector. */
  readonly name: string
}

export function vectorCase({ file, feature = file, group, name, ...rest }: Described): VectorCase {
  return { id: `vectors/${file}/${group}/${slug(name)}`, features: [feature], ...rest }
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[’']/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

type Kind = Outcome['$case']
type ValueOf<K extends Kind> = Extract<Outcome, { readonly $case: K }>['value']

/** What the testee answers to a call that it must be able to do. */
export async function answerOf<K extends Kind>(testee: Testee, call: Call, kind: K): Promise<ValueOf<K>> {
  const outcome = await testee.call(call)
  if (outcome.$case !== kind) throw new Broken(`${call.$case} gave ${shown(outcome)}, expected was ${kind}`)
  return outcome.value as ValueOf<K>
}

/** In hex. */
export async function bytesOf(testee: Testee, call: Call): Promise<string> {
  return hex(await answerOf(testee, call, 'bytes'))
}

/** With one of the codes, where several are right. */
export async function ensureRefused(testee: Testee, call: Call, ...codes: readonly string[]): Promise<void> {
  const outcome = await testee.call(call)
  const isSo = outcome.$case === 'refused' && codes.includes(outcome.value)
  ensureKept(isSo, `${call.$case} gave ${shown(outcome)}, it must be refused with ${codes.join(' or ')}`)
}

/** Both in hex. Tells the first byte that differs. */
export function ensureSame(what: string, got: string, expected: string): void {
  if (got === expected) return
  if (got.length !== expected.length) {
    throw new Broken(`${what} has ${got.length / 2} bytes, not ${expected.length / 2}: ${part(got, 0)}`)
  }
  let at = 0
  while (got.slice(at, at + 2) === expected.slice(at, at + 2)) at += 2
  throw new Broken(`${what} differs from byte ${at / 2} on: ${part(got, at)}, not ${part(expected, at)}`)
}

function part(text: string, at: number): string {
  return text.length - at > 32 ? `${text.slice(at, at + 32)}…` : text.slice(at)
}

export function shown(outcome: Outcome): string {
  if (outcome.$case === 'refused') return `the refusal ${JSON.stringify(outcome.value.slice(0, 60))}`
  if (outcome.$case === 'notSupported') return '"not supported", though it declares the feature'
  return outcome.$case
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function unhex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}

/** As spec/00 section 6 says; `bytes` in hex. */
export function padded(bytes: string, size: number): Uint8Array {
  const out = new Uint8Array(size)
  new DataView(out.buffer).setUint16(0, bytes.length / 2)
  out.set(unhex(bytes), 2)
  return out
}
