/** What `solo2-server check` says of one thing that it looked at. */

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string
  /** A problem is one that people will meet; a warning is one that they may. */
  readonly level: 'problem' | 'warning' | 'fine'
  readonly what: string
  /** Of problems and warnings: why it matters, and what to do. */
  readonly why?: string
  readonly remedy?: string
}

export interface Looker {
  readonly fine: (what: string) => Finding
  readonly warning: (what: string, why: string, remedy: string) => Finding
  readonly problem: (what: string, why: string, remedy: string) => Finding
}

export function looksAt(check: string): Looker {
  const bad = (level: 'problem' | 'warning') => (what: string, why: string, remedy: string) => ({
    check,
    level,
    what,
    why,
    remedy,
  })
  return { fine: (what) => ({ check, level: 'fine', what }), warning: bad('warning'), problem: bad('problem') }
}

const WORDS = { problem: 'problem', warning: 'warning', fine: 'ok     ' } as const

/** For a terminal: what is wrong comes last, where one looks first. */
export function tell(findings: readonly Finding[]): string {
  const order = ['fine', 'warning', 'problem']
  const lines = [...findings]
    .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
    .flatMap(({ check, level, what, why, remedy }) => [
      `${WORDS[level]}  ${check}: ${what}`,
      ...(why === undefined ? [] : [`         why: ${why}`]),
      ...(remedy === undefined ? [] : [`         do:  ${remedy}`]),
    ])
  const count = (wanted: string) => findings.filter(({ level }) => level === wanted).length
  return `${lines.join('\n')}\n${count('problem')} problems, ${count('warning')} warnings\n`
}
