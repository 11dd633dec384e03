/** One liar: applied to a copy, looked at, taken back. */
import { join } from 'node:path'
import { readRepositoryFile } from '../verify/check.js'
import { runCommand } from '../verify/run-command.js'
import { type Finding, findingsFor, findingsOf } from './findings.js'
import { type Liar, type LiarCheck, patchedFiles } from './liar.js'

export interface Verdict {
  readonly liar: Liar
  /** Why it was not caught as it must be; undefined if it was. */
  readonly problem: string | undefined
  /** Names of those of its own checks that failed with it. */
  readonly caughtBy: readonly string[]
  /** Names of others that failed with it, and not without. */
  readonly alsoBy: readonly string[]
}

export interface Looking {
  /** What is run beside the liar's own checks. */
  readonly beside: readonly LiarCheck[]
  /** Whether the compiler must pass it: a fault that it finds needs no test. */
  readonly types: boolean
}

function nameOf(check: LiarCheck): string {
  return check.kind === 'test' ? `${check.file}: ${check.title}` : check.pattern
}

/** Undefined if each check of the liar ran and passed without it. */
export function unsound({ checks }: Liar, found: readonly Finding[]): string | undefined {
  for (const check of checks) {
    const own = findingsFor(check, found)
    if (own.length === 0) return `nothing runs by the name ${nameOf(check)}`
    const failed = own.find((finding) => finding.failed)
    if (failed !== undefined) return `fails without it: ${failed.name}`
  }
  return undefined
}

/** Undefined if each check of the liar failed with it and names what it breaks. */
export function missed({ checks, promises }: Liar, found: readonly Finding[]): string | undefined {
  for (const check of checks) {
    const failed = findingsFor(check, found).filter((finding) => finding.failed)
    if (failed.length === 0) return `passes with it: ${nameOf(check)}`
    const unnamed = promises.filter((id) => !failed.some((finding) => finding.promises.includes(id)))
    if (unnamed.length > 0) return `does not name ${unnamed.join(', ')}: ${nameOf(check)}`
  }
  return undefined
}

async function typeProblem(folder: string, liar: Liar): Promise<string | undefined> {
  for (const workspace of new Set(patchedFiles(readRepositoryFile(liar.patch)).map((file) => file.split('/')[0]))) {
    const remembered = join(folder, `${workspace}.tsbuildinfo`)
    const options = ['--noEmit', '--incremental', '--pretty', 'false', '--tsBuildInfoFile', remembered]
    const { code, output } = await runCommand(['tsc', ...options, '-p', `${workspace}`], { folder })
    if (code !== 0) return `the compiler finds it: ${output.trim().split('\n')[0]}`
  }
  return undefined
}

/** `sound`: what the checks found without any liar. */
export async function judge(folder: string, liar: Liar, sound: readonly Finding[], how: Looking): Promise<Verdict> {
  const verdict = (problem: string | undefined, found: readonly Finding[] = []): Verdict => {
    const own = new Set(liar.checks.flatMap((check) => findingsFor(check, found)))
    const failed = found.filter((finding) => finding.failed)
    const others = failed.filter((finding) => !own.has(finding)).map(({ name }) => name)
    return {
      liar,
      problem,
      caughtBy: failed.filter((finding) => own.has(finding)).map(({ name }) => name),
      alsoBy: others.filter((name) => !sound.some((finding) => finding.failed && finding.name === name)),
    }
  }
  const before = unsound(liar, sound)
  if (before !== undefined) return verdict(before)
  const patch = join(folder, liar.patch)
  const applied = await runCommand(['git', 'apply', patch], { folder })
  if (applied.code !== 0) return verdict(applied.output.trim())
  try {
    const types = how.types ? await typeProblem(folder, liar) : undefined
    if (types !== undefined) return verdict(types)
    const found = await findingsOf(folder, [...liar.checks, ...how.beside])
    return typeof found === 'string' ? verdict(found) : verdict(missed(liar, found), found)
  } finally {
    await runCommand(['git', 'apply', '-R', patch], { folder })
  }
}
