/**
 * `npm run bench`: runs the groups that every `*.bench.ts` exports as `groups`, prints medians, spreads and ratios, then
 * what they export as `facts`, and writes test-output/bench.json. With words: only groups whose title contains one. `--quick`: fewer rounds.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OUTPUT } from '../test/run-suite.js'
import { ROOT, repositoryFiles } from '../verify/check.js'
import { type BenchGroup, type Fact, type FactGroup, interleave, type Measured, ratio } from './harness.js'

function short(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toPrecision(3)
}

/** `to`: what this row is compared with, or, if it is the subject, what is compared with this row. */
function row(one: Measured, to: Measured, isSubject: boolean): string {
  const { median, low, high } = isSubject ? ratio(to, one) : ratio(one, to)
  const rate = one.bytes === undefined || one.unit === 'MB' ? '' : `  ${short((one.median * one.bytes) / 1e6)} MB/s`
  const perGigabyte = 1e9 / (one.bytes ?? Number.NaN)
  const sides = Object.entries(one.cpu ?? {}).map(([side, seconds]) => `${side} ${short(seconds * perGigabyte)}`)
  const cpu = sides.length === 0 ? '' : `  CPU seconds per GB: ${sides.join(', ')}`
  const each = 1000 / one.median
  const time = each < 1 ? `  ${short(each * 1000)} µs each` : `  ${short(each)} ms each`
  const pace = one.pace === undefined ? '' : `  at ${short(one.pace)} a second`
  const times = `×${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)}) of`
  const compared = one === to ? '' : isSubject ? `  ${to.name} has ${times} it` : `  ${times} ${to.name}`
  return `  ${one.name}: ${short(one.median)} (${short(one.low)}–${short(one.high)}) ${one.unit}/s${rate}${time}${pace}${compared}${cpu}`
}

interface Loaded {
  readonly groups: readonly BenchGroup[]
  readonly facts: readonly FactGroup[]
}

async function load(words: readonly string[]): Promise<Loaded> {
  const groups: BenchGroup[] = []
  const facts: FactGroup[] = []
  for (const path of repositoryFiles(/\.bench\.ts$/)) {
    const module = (await import(pathToFileURL(join(ROOT, path)).href)) as Partial<Loaded>
    if (!module.groups && !module.facts) throw new Error(`${path} exports neither groups nor facts`)
    groups.push(...(module.groups ?? []))
    facts.push(...(module.facts ?? []))
  }
  const chosen = ({ title }: { title: string }) => words.length === 0 || words.some((word) => title.includes(word))
  return { groups: groups.filter(chosen), facts: facts.filter(chosen) }
}

const args = process.argv.slice(2)
const rounds = args.includes('--quick') ? 3 : 11
const minMs = args.includes('--quick') ? 50 : 200
const loaded = await load(args.filter((arg) => !arg.startsWith('-')))
const sizes: { title: string; measured: readonly Fact[] }[] = []
const results: { title: string; baseline: string | undefined; measured: Measured[] }[] = []

console.log(
  `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), ${rounds} rounds of at least ${minMs} ms`,
)
for (const group of loaded.groups) {
  console.log(`\n${group.title}`)
  const measured = await interleave(await group.prepare(), { rounds, minMs: Math.max(minMs, group.minMs ?? 0) })
  await group.close?.()
  const compared = group.subject ?? group.baseline
  const baseline = measured.find(({ name }) => name === compared) ?? measured[0]
  if (!baseline) continue
  for (const one of measured) console.log(row(one, baseline, group.subject !== undefined))
  results.push({ title: group.title, baseline: baseline.name, measured })
}

for (const { title, measure } of loaded.facts) {
  console.log(`\n${title}`)
  const measured = await measure()
  for (const { name, value, unit, samples } of measured) {
    const spread = samples === undefined ? '' : ` (${short(Math.min(...samples))}–${short(Math.max(...samples))})`
    console.log(`  ${name}: ${short(value)}${spread} ${unit}`)
  }
  sizes.push({ title, measured })
}

mkdirSync(join(ROOT, OUTPUT), { recursive: true })
const about = {
  at: new Date().toISOString(),
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  rounds,
  minMs,
}
writeFileSync(join(ROOT, OUTPUT, 'bench.json'), `${JSON.stringify({ about, results, sizes }, undefined, 2)}\n`)
console.log(`\n${OUTPUT}/bench.json is written`)
