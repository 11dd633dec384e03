/**
 * State machines as the chapters write them, which is their only description. A block holds lines of
 * `state ──what happens──▶ state: what else`, chained if one likes. `a, b` are two states; three or more, or `any but a`,
 * are drawn as one set. Lines that are set in below a line of their own belong to the role that it names; a state that no
 * line outside of roles has is the role's own.
 */
import { repositoryFiles } from '../verify/check.js'

export interface State {
  readonly id: string
  readonly label: string
  readonly role: string
  /** More than one state, or the one that was before. */
  readonly isSet: boolean
}

export interface Transition {
  readonly from: string
  readonly to: string
  readonly label: string
  readonly note: string
}

export interface Machine {
  readonly name: string
  readonly title: string
  readonly states: readonly State[]
  readonly transitions: readonly Transition[]
}

/** A drawing stands right above the block that it is made from. */
const DRAWN = /!\[([^\]]+)\]\((?:\.\.\/)+docs\/diagrams\/([a-z-]+-states)\.svg\)\n\n```\n([\s\S]*?)```/g
const STEP = /\s*──(.+?)──▶\s*/
const SET = /^(any\b|as it was\b)|(,.*){2}/

const CHAPTER = /^spec\/\d\d-[a-z-]+\.md$/

export const chapters = (): string[] => repositoryFiles(CHAPTER)

function endsOf(text: string): string[] {
  return SET.test(text) ? [text] : text.split(', ')
}

interface Line {
  readonly role: string
  readonly transitions: readonly Transition[]
}

function readLine(text: string, role: string): Line {
  const [first = '', ...steps] = text.trim().split(STEP)
  const transitions: Transition[] = []
  let sources = endsOf(first)
  for (let at = 0; at + 1 < steps.length; at += 2) {
    const [target = '', ...note] = (steps[at + 1] ?? '').split(': ')
    for (const from of sources) transitions.push({ from, to: target, label: steps[at] ?? '', note: note.join(': ') })
    sources = [target]
  }
  if (transitions.length === 0) throw new Error(`no transition: ${text}`)
  return { role, transitions }
}

function readLines(block: string): Line[] {
  const lines: Line[] = []
  let role = ''
  for (const text of block.split('\n')) {
    if (text.trim() === '') continue
    if (!text.includes('──')) role = text.trim()
    else lines.push(readLine(text, text.startsWith(' ') ? role : ''))
  }
  return lines
}

export function readMachine(name: string, title: string, block: string): Machine {
  const lines = readLines(block)
  const ends = (line: Line) => line.transitions.flatMap(({ from, to }) => [from, to])
  const common = new Set(lines.filter(({ role }) => role === '').flatMap(ends))
  const states = new Map<string, State>()
  const stateOf = (label: string, role: string): string => {
    const own = common.has(label) ? '' : role
    const id = own === '' ? label : `${own}: ${label}`
    states.set(id, { id, label, role: own, isSet: SET.test(label) })
    return id
  }
  const transitions = lines.flatMap((line) =>
    line.transitions.map((one) => ({ ...one, from: stateOf(one.from, line.role), to: stateOf(one.to, line.role) })),
  )
  return { name, title, states: [...states.values()], transitions }
}

export function machinesOf(markdown: string): Machine[] {
  return [...markdown.matchAll(DRAWN)].map(([, title = '', name = '', block = '']) => readMachine(name, title, block))
}

/** Transitions that stand in a block with no drawing above it. */
export function undrawn(markdown: string): string[] {
  const rest = markdown.replaceAll(DRAWN, '')
  return rest.split('\n').filter((line) => /──.*▶/.test(line))
}
