/**
 * `npm test`, all of it from a fresh clone: Debian packages, static checks, build, then the suites in order, each with its
 * time beside its budget. Ends with a line `N passed, N failed`. With names of suites: only these. `--hours N`: the soak of the
 * network suite takes so long.
 */

import { cpus } from 'node:os'
import { endOnSignals, runCommand } from '../verify/run-command.js'
import { verify } from '../verify/verify.js'
import type { CountedRun, Counts } from './counts.js'
import { ensureDebianPackages } from './debian.js'
import { readOptions, type TestOptions } from './options.js'
import { runSuite } from './run-suite.js'
import { keepSeen } from './seen.js'
import { SUITES } from './suites.js'

interface Part {
  readonly name: string
  readonly budgetSeconds: number
  run(): Promise<Counts & Partial<Pick<CountedRun, 'passedNames' | 'failures'>>>
}

interface Finished extends Counts {
  readonly part: Part
  readonly seconds: number
  /** Of all processors, from 0 to 1: what is low waits, and could run beside something else. */
  readonly busy: number
  readonly passedNames: readonly string[]
  readonly failures: readonly string[]
}

async function build(): Promise<Counts> {
  const { code } = await runCommand(['npm', 'run', 'build'], { echo: true })
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

const PARTS: readonly Part[] = [
  { name: 'verify', budgetSeconds: 60, run: () => verify() },
  { name: 'build', budgetSeconds: 30, run: build },
  ...SUITES.map((suite) => ({
    name: suite.name,
    budgetSeconds: suite.budgetSeconds,
    run: () => runSuite(suite),
  })),
]

/** Milliseconds of all processors since the machine started. */
function processorTime(): { busy: number; all: number } {
  const times = cpus().map(({ times: { user, nice, sys, irq, idle } }) => ({ busy: user + nice + sys + irq, idle }))
  const busy = times.reduce((sum, one) => sum + one.busy, 0)
  return { busy, all: times.reduce((sum, one) => sum + one.idle, busy) }
}

async function runPart(part: Part): Promise<Finished> {
  console.log(`\n=== ${part.name}`)
  const [start, before] = [performance.now(), processorTime()]
  const { passed, failed, passedNames = [], failures = [] } = await part.run()
  const after = processorTime()
  const busy = (after.busy - before.busy) / (after.all - before.all)
  return { part, passed, failed, passedNames, failures, seconds: (performance.now() - start) / 1000, busy }
}

function summary({ part, passed, failed, seconds, busy }: Finished): string {
  const time = `${seconds.toFixed(1).padStart(6)} s of ${String(part.budgetSeconds).padStart(3)} s`
  const over = seconds > part.budgetSeconds ? '  over its budget' : ''
  const load = `${Math.round(busy * 100)} % busy`.padStart(10)
  return `${part.name.padEnd(10)} ${time} ${load}  ${passed} passed, ${failed} failed${over}`
}

function options(): TestOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

endOnSignals()
const { parts: wanted, hours } = options()
// Tests read it where they need it, whichever process they are in.
if (hours !== undefined) process.env['TEST_HOURS'] = `${hours}`
const parts = PARTS.filter((part) => wanted.length === 0 || wanted.includes(part.name))
if (parts.length < wanted.length) {
  console.error(`There are these parts: ${PARTS.map((part) => part.name).join(' ')}`)
  process.exit(2)
}
if (!(await ensureDebianPackages())) process.exit(1)

const start = performance.now()
const finished: Finished[] = []
for (const part of parts) finished.push(await runPart(part))
const seconds = (performance.now() - start) / 1000

if (parts.length === PARTS.length) {
  keepSeen({
    passed: finished.flatMap((one) => one.passedNames),
    failures: finished.flatMap((one) => one.failures),
  })
}

const total = (of: (one: Finished) => number): number => finished.reduce((sum, one) => sum + of(one), 0)
console.log('\n=== summary')
for (const one of finished) for (const failure of one.failures) console.log(`${one.part.name}: ${failure}`)
for (const one of finished) console.log(summary(one))
const budget = finished.reduce((sum, { part }) => sum + part.budgetSeconds, 0)
console.log(`${'in all'.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s of ${String(budget).padStart(3)} s`)
const failed = total((one) => one.failed)
console.log(`${total((one) => one.passed)} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
