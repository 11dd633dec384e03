/** Which cases run: globs over their ids, in which `*` is any text without a slash and `**` any text. */

export interface Selection {
  /** None: all. */
  readonly run: readonly string[]
  readonly skip: readonly string[]
}

export function matches(pattern: string, id: string): boolean {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&')))
    .join('')
  return new RegExp(`^${source}$`).test(id)
}

export function matchesAny(patterns: readonly string[], id: string): boolean {
  return patterns.some((pattern) => matches(pattern, id))
}

export function select<T extends { readonly id: string }>(cases: readonly T[], { run, skip }: Selection): T[] {
  return cases.filter(({ id }) => (run.length === 0 || matchesAny(run, id)) && !matchesAny(skip, id))
}

/** A list of cases that are known to fail: an id or glob a line, `#` begins a comment. */
export function parseList(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}

/** Those patterns that no case has: a name that changed, or a slip of the pen. */
export function idlePatterns(patterns: readonly string[], ids: readonly string[]): string[] {
  return patterns.filter((pattern) => !ids.some((id) => matches(pattern, id)))
}
