/** State machines are read from the chapters' own lines. */
import { expect, it } from 'vitest'
import { draw } from './draw.js'
import { machinesOf, readMachine, undrawn } from './machine.js'

const PAGE = `text

![Doors](../docs/diagrams/door-states.svg)

\`\`\`
open ──push──▶ shut ──turn the key──▶ locked: until it is turned back
open, shut ──burn──▶ gone
any but gone ──pull──▶ open
\`\`\`
`

it('reads chains, notes, two states at once and sets of states', () => {
  const [door] = machinesOf(PAGE)
  expect(door?.title).toBe('Doors')
  expect(door?.states.map(({ label, isSet }) => [label, isSet])).toEqual([
    ['open', false],
    ['shut', false],
    ['locked', false],
    ['gone', false],
    ['any but gone', true],
  ])
  expect(door?.transitions.map((one) => Object.values(one).join(' | '))).toEqual([
    'open | shut | push | ',
    'shut | locked | turn the key | until it is turned back',
    'open | gone | burn | ',
    'shut | gone | burn | ',
    'any but gone | open | pull | ',
  ])
})

it('gives a role its own states, but for those that stand outside of roles too', () => {
  const { states } = readMachine(
    'a',
    'A',
    'left\n  idle ──go──▶ away\nright\n  idle ──stay──▶ here\nhere ──end──▶ away',
  )
  expect(states.map(({ id }) => id)).toEqual(['left: idle', 'away', 'right: idle', 'here'])
})

it('draws each state and what happens, and says it in words', async () => {
  const [door] = machinesOf(PAGE)
  if (!door) throw new Error('no machine')
  const svg = await draw(door)
  for (const word of ['open', 'shut', 'locked', 'gone', 'any but gone', 'turn the key'])
    expect(svg).toContain(`>${word}<`)
  expect(svg).toContain('shut, turn the key: locked (until it is turned back).')
  expect(await draw(door)).toBe(svg)
})

it('tells transitions that nothing draws, and lines that are none', () => {
  expect(undrawn(PAGE)).toEqual([])
  expect(undrawn(PAGE.replace('![Doors]', '[Doors]'))).toHaveLength(3)
  expect(() => readMachine('a', 'A', 'left\n  idle ── away')).toThrow('no transition')
})
