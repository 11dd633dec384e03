import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHECKS, type Check, type Level } from './finding.js'
import { type Verdict, verdictOf, verdictText } from './verdict.js'

const ALL = Object.keys(CHECKS) as Check[]
const LEVELS: readonly Level[] = ['fine', 'warning', 'problem', 'untried']

const VERDICTS: readonly Verdict[] = [
  ...(['program', 'folder', 'no_network', 'clock', 'server', 'account', 'introduction', 'mirror_missing'] as const),
  ...(['mirror_unreachable', 'mirror_fails', 'no_mirror', 'rights', 'untried', 'fine'] as const),
]

type Seen = { readonly check: Check; readonly level: Level }

/** Everything fine but these. */
function allBut(changes: Readonly<Partial<Record<Check, Level>>>): Seen[] {
  return ALL.map((check) => ({ check, level: changes[check] ?? 'fine' }))
}

/** Any level of any check, once, several times or not at all. */
const anything = fc.array(fc.record({ check: fc.constantFrom(...ALL), level: fc.constantFrom(...LEVELS) }), {
  maxLength: 2 * ALL.length,
})

describe('the verdict', () => {
  it('is exactly one, of all that can be found, in any order, and has words', () => {
    fc.assert(
      fc.property(anything, (findings) => {
        const verdict = verdictOf(findings)
        expect(VERDICTS).toContain(verdict)
        expect(verdictOf([...findings].reverse())).toBe(verdict)
        expect(verdictText(verdict).text).not.toBe('')
        const isWell = verdict === 'fine' || verdict === 'untried'
        expect(isWell).toBe(!findings.some(({ level }) => level === 'problem'))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is one for each level of each two checks, the rest fine', () => {
    const reached = new Set<Verdict>()
    for (const one of ALL) {
      for (const other of ALL) {
        for (const first of LEVELS) {
          for (const second of LEVELS) reached.add(verdictOf(allBut({ [one]: first, [other]: second })))
        }
      }
    }
    expect([...reached].sort()).toEqual([...VERDICTS].sort())
  })

  it('says what to try wherever something is wrong', () => {
    for (const verdict of VERDICTS) {
      expect([verdict, verdictText(verdict).remedy !== undefined]).toEqual([verdict, verdict !== 'fine'])
    }
  })

  const rows: readonly [Verdict, Partial<Record<Check, Level>>][] = [
    ['fine', {}],
    ['fine', { mirror: 'warning', space: 'warning', relay_tls: 'warning', mapping: 'warning' }],
    ['untried', { session: 'untried' }],
    ['folder', { folder: 'problem', session: 'problem' }],
    ['no_network', { host: 'problem', name: 'problem', webrtc: 'untried' }],
    ['clock', { clock: 'problem', tls: 'problem' }],
    ['server', { tcp: 'problem', session: 'untried' }],
    ['account', { session: 'problem' }],
    ['introduction', { socket: 'problem' }],
    ['mirror_missing', { choice: 'problem', mirror: 'warning' }],
    ['no_mirror', { reflexive: 'problem', mirror: 'warning' }],
    ['mirror_unreachable', { reflexive: 'problem', relay_udp: 'problem' }],
    ['mirror_fails', { credential: 'problem', reflexive: 'problem' }],
    ['mirror_fails', { relayed: 'problem' }],
    ['rights', { rights: 'problem' }],
    ['no_mirror', { rights: 'problem', reflexive: 'problem' }],
  ]
  it.each(rows)('[T10] %s where there is %j', (verdict, changes) => {
    expect(verdictOf(allBut(changes))).toBe(verdict)
  })

  it('knows nothing of paths before anything was asked', () => {
    expect(verdictOf([])).toBe('untried')
  })
})
