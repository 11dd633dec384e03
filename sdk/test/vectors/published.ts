/** Published vectors, read from conformance/vectors/published; their SOURCE.md files say where each is from. */
import { readFileSync } from 'node:fs'
import { fromHex } from '../../src/bytes/bytes.js'

const ROOT = new URL('../../../conformance/vectors/published/', import.meta.url)

export function publishedText(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8')
}

export function published<T>(path: string): T {
  return JSON.parse(publishedText(path)) as T
}

/** Hex of either case to bytes. */
export function bytes(hex: string): Uint8Array {
  return fromHex(hex.toLowerCase())
}

export interface WycheproofCase {
  readonly tcId: number
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly flags: readonly string[]
}

/** All cases of a Wycheproof file, each with its group. */
export function wycheproof<Group extends object, Case extends object>(
  file: string,
): { group: Group; test: Case & WycheproofCase }[] {
  const { testGroups } = published<{ testGroups: (Group & { tests: (Case & WycheproofCase)[] })[] }>(
    `wycheproof/${file}`,
  )
  return testGroups.flatMap((group) => group.tests.map((test) => ({ group, test })))
}

/** The code of the error that `run` throws, or undefined if it throws none. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    return (error as { code?: string }).code ?? 'untyped'
  }
  return undefined
}
