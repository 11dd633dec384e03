/**
 * `npm run liars`: applies patches that break a promise to a copy of the sources, one at a time, and expects the check that
 * each one names to fail and to tell that promise. A check that cannot fail shows nothing. Alone: the smoke, 20 of them. With words:
 * those whose name contains one. `--all`: all, each compiled as well. `--against-all` and in the long run: all, each against
 * all cases of its side beside its own checks; writes conformance/reports/liars.md.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, readRepositoryFile, repositoryFiles } from '../verify/check.js'
import { copySources } from './copy.js'
import { type Finding, findingsOf } from './findings.js'
import { judge, type Looking, type Verdict } from './judge.js'
import { type Liar, type LiarCheck, parseLiar } from './liar.js'
import { LIARS_PAGE, liarsPage } from './report.js'

/** Copies, and so liars at once. Cases of the server wait for most of their time, so that many go at once. */
const WORKERS = 2
const WORKERS_AGAINST_ALL = 8

const argv = process.argv.slice(2)
const words = argv.filter((word) => !word.startsWith('--'))
const unknown = argv.find((word) => word.startsWith('--') && word !== '--all' && word !== '--against-all')
const againstAll = argv.includes('--against-all') || (words.length === 0 && process.env['TEST_LONG'] === '1')
const isLong = argv.includes('--all') || againstAll
const everyone = words.length === 0 && isLong

function chosen({ patch, smoke }: Liar): boolean {
  return everyone || (words.length === 0 ? smoke : words.some((word) => patch.includes(word)))
}

const all = repositoryFiles(/\.patch$/, 'tools/liars').map((patch) => parseLiar(patch, readRepositoryFile(patch)))
const sideOf = ({ patch }: Liar): string => patch.split('/')[2] as string

/** All cases of the liar's side. */
function casesOfSide(liar: Liar): LiarCheck {
  const kind = sideOf(liar) === 'server' ? 'server' : 'vectors'
  return { kind, pattern: `${kind}/**` }
}

const besides = (liar: Liar): readonly LiarCheck[] => (againstAll ? [casesOfSide(liar)] : [])

function tell({ liar, problem, caughtBy, alsoBy }: Verdict): void {
  console.log(`${problem === undefined ? 'caught' : 'MISSED'}  ${liar.promises.join(' ')} ${liar.name}: ${liar.what}`)
  const more = caughtBy.length > 1 ? ` and ${caughtBy.length - 1} more` : ''
  const also = alsoBy.length > 0 ? `; seen by ${alsoBy.length} others: ${alsoBy.join(' ')}` : ''
  console.log(`        ${problem ?? `by ${caughtBy[0]}${more}`}${also}`)
}

/** What the checks find in the sources as they are: cases in the one copy, tests in the other. */
async function withoutLiars(folders: readonly string[], liars: readonly Liar[]): Promise<Finding[]> {
  const checks = liars.flatMap((liar) => [...liar.checks, ...besides(liar)])
  const parts = [checks.filter(({ kind }) => kind !== 'test'), checks.filter(({ kind }) => kind === 'test')]
  const found = await Promise.all(parts.map((part, at) => findingsOf(folders[at % folders.length] as string, part)))
  return found.flatMap((part) => {
    if (typeof part === 'string') throw new Error(`without any liar: ${part}`)
    return part
  })
}

async function judgeAll(liars: readonly Liar[]): Promise<Verdict[]> {
  const workers = againstAll ? WORKERS_AGAINST_ALL : WORKERS
  const copies = Array.from({ length: Math.min(workers, liars.length) }, copySources)
  try {
    const sound = await withoutLiars(
      copies.map(({ folder }) => folder),
      liars,
    )
    const waiting = [...liars]
    const verdicts = new Map<Liar, Verdict>()
    const work = async (folder: string): Promise<void> => {
      for (let liar = waiting.shift(); liar !== undefined; liar = waiting.shift()) {
        const how: Looking = { types: isLong, beside: besides(liar) }
        const verdict = await judge(folder, liar, sound, how)
        verdicts.set(liar, verdict)
        tell(verdict)
      }
    }
    await Promise.all(copies.map(({ folder }) => work(folder)))
    return liars.map((liar) => verdicts.get(liar) as Verdict)
  } finally {
    for (const copy of copies) copy.remove()
  }
}

if (unknown !== undefined) {
  console.error(`There is no option ${unknown}; there are --all and --against-all`)
  process.exit(2)
}
const verdicts = await judgeAll(all.filter(chosen))
if (everyone && againstAll) writeFileSync(join(ROOT, LIARS_PAGE), liarsPage(verdicts))
const failed = verdicts.filter(({ problem }) => problem !== undefined).length
console.log(`${verdicts.length - failed} passed, ${failed + (verdicts.length === 0 ? 1 : 0)} failed`)
process.exitCode = failed === 0 && verdicts.length > 0 ? 0 : 1
