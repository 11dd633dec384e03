/**
 * Two plugins of StrykerJS. Its own runner for Vitest starts and loads anew for each mutant, which takes a hundred times as
 * long as most mutants live: here all tests are loaded once, and the changed code, which holds every mutant behind a
 * switch, with them.
 */
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { FOLDERS, type Folder } from '../folders.js'
import { type LoadedTest, loadTests } from './vitest.js'

/** What the changed code reads and writes (Stryker's instrumenter). */
interface Switches {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: unknown
  hitCount?: number | undefined
  hitLimit?: number | undefined
}

interface MutantRun {
  readonly activeMutant: { readonly id: string }
  readonly testFilter?: readonly string[]
  readonly hitLimit?: number
}

interface TestResult {
  readonly id: string
  readonly name: string
  readonly fileName: string
  readonly timeSpentMs: number
  readonly status: 0 | 1
  readonly failureMessage?: string
}

const switches: Switches = {}
Object.assign(globalThis, { __stryker__: switches })

/** In the copy of the repository that Stryker changed: it is the working directory. */
function testFiles(): string[] {
  return FOLDERS[process.env['MUTATED_FOLDER'] as Folder].flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(path)
          .filter((name) => name.endsWith('.test.ts'))
          .map((name) => `${path}/${name}`),
  )
}

class InProcess {
  #tests: readonly LoadedTest[] = []
  /** How long each took when it last passed, in milliseconds. */
  readonly #times = new Map<LoadedTest, number>()
  readonly #kills = new Map<LoadedTest, number>()

  /** Static mutants are left out, so none needs it: what also runs when a file loads is changed only while a test runs. */
  capabilities() {
    return { reloadEnvironment: true }
  }

  async init(): Promise<void> {
    // The same random cases for each mutant and each run: else one that lives today is dead tomorrow.
    fc.configureGlobal({ seed: 1 })
    const loaded: LoadedTest[] = []
    for (const file of testFiles()) loaded.push(...(await loadTests(file, pathToFileURL(resolve(file)).href)))
    this.#tests = loaded
  }

  async dryRun() {
    const tests: TestResult[] = []
    for (const test of this.#tests) {
      switches.currentTestId = test.name
      const failureMessage = await this.#failureOf(test)
      const { name, file } = test
      const result = { id: name, name, fileName: resolve(file), timeSpentMs: this.#times.get(test) ?? 0 }
      tests.push(failureMessage === undefined ? { ...result, status: 0 } : { ...result, status: 1, failureMessage })
    }
    switches.currentTestId = undefined
    return { status: 'complete', tests, mutantCoverage: switches.mutantCoverage }
  }

  async mutantRun({ activeMutant, testFilter, hitLimit = Number.POSITIVE_INFINITY }: MutantRun) {
    const asked = new Set(testFilter)
    // The first that fails is the last that runs: quick ones and those that failed often go first.
    const cost = (test: LoadedTest): number => (this.#times.get(test) ?? 0) / (1 + (this.#kills.get(test) ?? 0))
    const tests = this.#tests.filter(({ name }) => asked.has(name)).toSorted((a, b) => cost(a) - cost(b))
    Object.assign(switches, { activeMutant: activeMutant.id, hitCount: 0, hitLimit })
    let nrOfTests = 0
    let failureMessage: string | undefined
    while (failureMessage === undefined && nrOfTests < tests.length)
      failureMessage = await this.#failureOf(tests[nrOfTests++] as LoadedTest)
    switches.activeMutant = undefined
    if ((switches.hitCount ?? 0) > hitLimit) return { status: 'timeout', reason: `more than ${hitLimit} times` }
    if (failureMessage === undefined) return { status: 'survived', nrOfTests }
    const killer = tests[nrOfTests - 1] as LoadedTest
    // One that fails without the mutant too was broken by what ran before, and shows nothing.
    const errorMessage = await this.#failureOf(killer)
    if (errorMessage !== undefined) return { status: 'error', errorMessage }
    this.#kills.set(killer, (this.#kills.get(killer) ?? 0) + 1)
    return { status: 'killed', killedBy: [killer.name], failureMessage, nrOfTests }
  }

  async #failureOf(test: LoadedTest): Promise<string | undefined> {
    const start = performance.now()
    try {
      await test.run()
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    this.#times.set(test, performance.now() - start)
    return undefined
  }
}

/** A node of Babel's tree, as far as it is read here. */
interface Path {
  readonly key: string | number | null
  readonly listKey?: string
  readonly parent: { readonly type: string; readonly callee?: { readonly name?: string } }
}

/** Which argument is a text for people. */
const TEXTS: Readonly<Record<string, number>> = { ensure: 2, ensureLength: 3, bad: 1, Solo2Error: 1 }

const errorTexts = {
  /** What is wrong is told by a code, which tests compare; the text beside it is for people. */
  shouldIgnore({ key, listKey, parent }: Path): string | undefined {
    if (listKey !== 'arguments' || (parent.type !== 'CallExpression' && parent.type !== 'NewExpression'))
      return undefined
    return key !== null && TEXTS[parent.callee?.name ?? ''] === key ? 'the text of an error' : undefined
  },
}

export const strykerPlugins = [
  { kind: 'TestRunner', name: 'in-process', injectableClass: InProcess },
  { kind: 'Ignore', name: 'error-texts', value: errorTexts },
]
