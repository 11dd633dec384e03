/**
 * What the tests of the mutated folders import of `vitest`, for a process in which they are loaded once and run many
 * times. The matchers are Vitest's own.
 */
import { ASYMMETRIC_MATCHERS_OBJECT, chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect'

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  (globalThis as Record<symbol, unknown>)[ASYMMETRIC_MATCHERS_OBJECT],
)

type Run = (...args: readonly unknown[]) => unknown

export interface LoadedTest {
  /** File and titles. */
  readonly name: string
  readonly file: string
  run(): Promise<void>
}

interface Suite {
  readonly name: string
  readonly file: string
  readonly before: readonly Run[]
}

const tests = new Map<string, LoadedTest>()
let current: Suite & { readonly before: Run[] } = { name: '', file: '', before: [] }

/** Imports a test file and gives its tests. */
export async function loadTests(file: string, url: string): Promise<LoadedTest[]> {
  tests.clear()
  current = { name: file, file, before: [] }
  await import(url)
  return [...tests.values()]
}

function suite(title: string, define: () => void): void {
  const outer = current
  current = { ...outer, name: `${outer.name} > ${title}`, before: [...outer.before] }
  define()
  current = outer
}

function single(title: string, run: Run): void {
  add(current, title, run, [])
}

function add(within: Suite, title: string, run: Run, args: readonly unknown[]): void {
  let name = `${within.name} > ${title}`
  // Titles that are computed from their case differ there only.
  for (let n = 2; tests.has(name); n++) name = `${within.name} > ${title} ${n}`
  tests.set(name, {
    name,
    file: within.file,
    async run() {
      for (const prepare of within.before) await prepare()
      await run(...args)
    },
  })
}

function argumentsOf(row: unknown): readonly unknown[] {
  return Array.isArray(row) ? row : [row]
}

export const describe = Object.assign(suite, {
  each: (rows: readonly unknown[]) => (title: string, define: Run) => {
    for (const row of rows) suite(title, () => void define(...argumentsOf(row)))
  },
})

const eachTest = (rows: readonly unknown[]) => (title: string, run: Run) => {
  for (const row of rows) add(current, title, run, argumentsOf(row))
}

export const test = Object.assign(single, { each: eachTest })

export const it = Object.assign(single.bind(undefined), { each: eachTest })

export function beforeEach(prepare: Run): void {
  current.before.push(prepare)
}
