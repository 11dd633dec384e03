/** How findings and the verdict are said. Loads nothing that could be missing on this machine. */
import { paintFor } from '../colour.js'
import { EXIT } from '../exit-codes.js'
import { createOutput, type Output } from '../output.js'
import { terminalText } from '../terminal-text.js'
import { CHECKS, type Finding, looksAt, reasonOf } from './finding.js'
import { checkNode } from './machine.js'
import { verdictOf, verdictText } from './verdict.js'

const WORDS = { fine: 'ok     ', warning: 'warning', problem: 'problem', untried: 'untried' } as const
const INDENT = ' '.repeat(9)

export function sayFinding(output: Output, { check, level, text, remedy }: Finding): void {
  const advice = remedy === undefined || level === 'fine' ? '' : `\n${INDENT}try: ${terminalText(remedy)}`
  const stage = CHECKS[check]
  output.fact(
    { event: 'check', stage, check, level, text, remedy },
    `${WORDS[level]}  ${stage}: ${terminalText(text)}${advice}`,
  )
}

/** The exit code. */
export function sayVerdict(output: Output, findings: readonly Finding[]): number {
  const verdict = verdictOf(findings)
  const { text, remedy } = verdictText(verdict)
  const { bold, dim } = paintFor(process.stdout.isTTY === true)
  const advice = remedy === undefined ? '' : `\nTry: ${remedy}`
  const note = '\nOwn addresses stand above: they are shown to you only. Look before you pass this on.'
  const warning = findings.some(({ check }) => check === 'host') ? dim(note) : ''
  output.fact({ event: 'verdict', verdict, text, remedy }, `\n${bold(text)}${advice}${warning}`)
  return verdict === 'fine' || verdict === 'untried' ? EXIT.ok : EXIT.unwell
}

/** The program did not load: to whoever asks the doctor as a finding, to others as an error. The exit code. */
export function sayUnloaded(args: readonly string[], error: unknown): number {
  const output = createOutput(args.includes('--json'))
  const text = `a part of this program does not load on this machine: ${reasonOf(error)}`
  const remedy = 'install it anew on this machine, with install scripts allowed'
  if (args[0] === 'doctor') {
    const findings = [checkNode(), looksAt('native').problem(text, remedy)]
    for (const finding of findings) sayFinding(output, finding)
    return sayVerdict(output, findings)
  }
  if (output.json) output.fact({ event: 'error', code: 'internal', message: text }, '')
  else process.stderr.write(`solo2: ${terminalText(text)}\n${remedy}\n`)
  return EXIT.unexpected
}
