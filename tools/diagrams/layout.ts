/** Where Graphviz puts the states and transitions of a machine. It has other letters than a browser, so sizes are ours. */
import { instance } from '@viz-js/viz'
import type { Machine, State, Transition } from './machine.js'

export const STATE_LINE = 17
export const LABEL_LINE = 15
const STATE_LETTER = 8
const LABEL_LETTER = 7
const STATE_LETTERS = 22
const LABEL_LETTERS = 24
/** Beside its state, where other lines leave below. */
const LOOP_LETTERS = 40
const ROLE_LINE = 22
const MARGIN = 12
const POINTS_PER_INCH = 72

export interface Text {
  readonly text: string
  readonly isNote: boolean
}

/** By its centre, from the top left. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly roles: readonly { readonly name: string; readonly box: Box }[]
  readonly states: readonly { readonly state: State; readonly box: Box; readonly lines: readonly string[] }[]
  readonly transitions: readonly { readonly path: string; readonly box: Box; readonly lines: readonly Text[] }[]
}

interface Laid {
  readonly bb: string
  readonly objects: readonly { readonly name: string; readonly pos?: string; readonly bb?: string }[]
  readonly edges: readonly { readonly id: string; readonly pos: string; readonly lp: string }[]
}

function wrapped(text: string, letters: number): string[] {
  const lines: string[] = []
  for (const word of text.replaceAll('`', '').split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

const longest = (lines: readonly string[]): number => Math.max(...lines.map(({ length }) => length))

function stateText(state: State) {
  const lines = wrapped(state.label, STATE_LETTERS)
  return { lines, width: longest(lines) * STATE_LETTER + 24, height: lines.length * STATE_LINE + 18 }
}

/** What happens, and below it what else comes of it. */
function transitionText({ from, to, label, note }: Transition) {
  const letters = from === to ? LOOP_LETTERS : LABEL_LETTERS
  const lines: Text[] = wrapped(label, letters).map((text) => ({ text, isNote: false }))
  if (note !== '') lines.push(...wrapped(note, letters).map((text) => ({ text, isNote: true })))
  const width = longest(lines.map(({ text }) => text)) * LABEL_LETTER + 10
  return { lines, width, height: lines.length * LABEL_LINE + 6 }
}

/** A label that is empty and has a size. */
function room(width: number, height: number) {
  return {
    html: `<table border="0" fixedsize="true" width="${width}" height="${height}"><tr><td></td></tr></table>`,
  }
}

export const rolesOf = ({ states }: Machine): string[] =>
  [...new Set(states.map(({ role }) => role))].filter((role) => role !== '')

function roleOf(machine: Machine, { from, to }: Transition): string {
  const [one, other] = [from, to].map((id) => machine.states.find((state) => state.id === id)?.role)
  return (one === other && one) || ''
}

async function arrange(machine: Machine): Promise<Laid> {
  const nodesOf = (role: string) =>
    machine.states
      .filter((state) => state.role === role)
      .map((state) => {
        const { width, height } = stateText(state)
        const inches = { width: width / POINTS_PER_INCH, height: height / POINTS_PER_INCH }
        return { name: state.id, attributes: { ...inches, label: '', shape: 'box', fixedsize: true } }
      })
  const edgesOf = (role: string) =>
    machine.transitions.flatMap((transition, index) => {
      if (roleOf(machine, transition) !== role) return []
      const { width, height } = transitionText(transition)
      const attributes = { id: String(index), label: room(width, height) }
      return [{ tail: transition.from, head: transition.to, attributes }]
    })
  const viz = await instance()
  return viz.renderJSON({
    directed: true,
    graphAttributes: { rankdir: 'TB', nodesep: 0.3, ranksep: 0.35, pad: 0 },
    nodes: nodesOf(''),
    edges: edgesOf(''),
    subgraphs: rolesOf(machine).map((role) => ({
      name: `cluster ${role}`,
      graphAttributes: { margin: 14, label: room(90, ROLE_LINE) },
      nodes: nodesOf(role),
      edges: edgesOf(role),
    })),
  }) as Laid
}

const numbers = (text: string): number[] => text.split(',').map(Number)

/** The same on every machine. */
export async function layOut(machine: Machine): Promise<Layout> {
  const { bb, objects, edges } = await arrange(machine)
  const [, , right = 0, top = 0] = numbers(bb)
  // Graphviz counts from below.
  const place = (text: string) => {
    const [x = 0, y = 0] = numbers(text)
    return { x: x + MARGIN, y: top - y + MARGIN }
  }
  const at = (text: string): string => Object.values(place(text)).map(Math.round).join(' ')
  const found = (name: string) => objects.find((one) => one.name === name)

  const transitions = machine.transitions.map((transition, index) => {
    const { pos = '', lp = '' } = edges.find(({ id }) => id === String(index)) ?? {}
    const [tip = '', start = '', ...curve] = pos.split(' ')
    const path = `M${at(start)} C${curve.map(at).join(' ')} L${at(tip.replace('e,', ''))}`
    const { lines, width, height } = transitionText(transition)
    return { path, lines, box: { ...place(lp), width, height }, role: roleOf(machine, transition) }
  })
  const roles = rolesOf(machine).map((name) => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = numbers(found(`cluster ${name}`)?.bb ?? '')
    // What Graphviz writes beside the last line of a role may stand out of it.
    const labels = transitions.filter(({ role }) => role === name).map(({ box }) => box.x + box.width / 2 - MARGIN)
    const end = Math.max(x1, ...labels)
    const { x, y } = place(`${(x0 + end) / 2},${(y0 + y1) / 2}`)
    return { name, box: { x, y, width: end - x0, height: y1 - y0 } }
  })
  const states = machine.states.map((state) => {
    const { lines, width, height } = stateText(state)
    return { state, lines, box: { ...place(found(state.id)?.pos ?? ''), width, height } }
  })
  const width = Math.max(right + MARGIN, ...roles.map(({ box }) => box.x + box.width / 2)) + MARGIN
  return { width: Math.ceil(width), height: Math.ceil(top + 2 * MARGIN), roles, states, transitions }
}
