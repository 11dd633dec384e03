/** Why mutants may live, as `survivors/FOLDER.json` has it, beside the mutants that do. */
import type { Mutant, MutantName } from './mutants.js'

/** One reason for all mutants that live for it. */
export interface Reason {
  readonly reason: string
  readonly mutants: readonly MutantName[]
}

export interface Explained {
  readonly mutant: Mutant
  /** Undefined: nobody wrote why it lives. */
  readonly reason: string | undefined
}

export interface Comparison {
  /** The survivors in their order. */
  readonly explained: readonly Explained[]
  /** Mutants with a reason to live that are dead, or do not exist any more. */
  readonly dead: readonly MutantName[]
}

function key({ file, in: line, original, replacement }: MutantName): string {
  return JSON.stringify([file, line, original, replacement])
}

/** One entry excuses one mutant: two that are named alike need two. */
export function compare(survivors: readonly Mutant[], reasons: readonly Reason[]): Comparison {
  const left = new Map<string, { reason: string; mutant: MutantName }[]>()
  for (const { reason, mutants } of reasons) {
    for (const mutant of mutants) left.set(key(mutant), [...(left.get(key(mutant)) ?? []), { reason, mutant }])
  }
  const explained = survivors.map((mutant) => ({ mutant, reason: left.get(key(mutant))?.shift()?.reason }))
  return { explained, dead: [...left.values()].flat().map(({ mutant }) => mutant) }
}
