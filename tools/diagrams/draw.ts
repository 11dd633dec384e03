/** A state machine as SVG: in the colours of the other drawings, light and dark, with its transitions in words. */
import { type Box, LABEL_LINE, layOut, STATE_LINE } from './layout.js'
import type { Machine } from './machine.js'

const STYLE = `
    text { fill: #1f2328; } .small { font-size: 12px; } .note { font-size: 12px; fill: #57606a; } .strong { font-weight: 600; }
    .box { fill: #f4f6f8; stroke: #57606a; stroke-width: 1.5; } .set { fill: none; stroke: #57606a; stroke-dasharray: 4 4; } .role { fill: none; stroke: #d0d7de; }
    .line { stroke: #0969da; stroke-width: 1.5; fill: none; } .tip { fill: #0969da; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; } .note { fill: #9da7b3; } .box { fill: #21262d; stroke: #8b949e; } .set { stroke: #8b949e; } .role { stroke: #484f58; }
      .line { stroke: #58a6ff; } .tip { fill: #58a6ff; }
    }
  `

/** From the middle of a line of letters to where they stand. */
const BASE = 4.5

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const round = (n: number): number => Math.round(n * 10) / 10

function rect(kind: string, { x, y, width, height }: Box): string {
  const corner = `x="${round(x - width / 2)}" y="${round(y - height / 2)}"`
  return `    <rect class="${kind}" ${corner} width="${round(width)}" height="${round(height)}" rx="8"/>`
}

function words(lines: readonly { readonly text: string; readonly kind: string }[], { x, y }: Box, line: number) {
  const first = y - ((lines.length - 1) * line) / 2 + BASE
  return lines.map(
    ({ text, kind }, index) =>
      `    <text class="${kind}" x="${round(x)}" y="${round(first + index * line)}">${escaped(text)}</text>`,
  )
}

/** For who cannot see it. */
function described({ transitions }: Machine): string {
  return transitions.map(({ from, to, label, note }) => `${from}, ${label}: ${to}${note && ` (${note})`}.`).join(' ')
}

export async function draw(machine: Machine): Promise<string> {
  const { width, height, roles, states, transitions } = await layOut(machine)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="14">`,
    `  <title id="title">${escaped(machine.title)}</title>`,
    `  <desc id="desc">${escaped(described(machine))}</desc>`,
    `  <style>${STYLE}</style>`,
    '  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 L8 4 L0 8 Z"/></marker></defs>',
    ...roles.flatMap(({ name, box }) => [
      rect('role', box),
      `  <text class="strong" x="${round(box.x - box.width / 2 + 10)}" y="${round(box.y - box.height / 2 + 20)}">${escaped(name)}</text>`,
    ]),
    '  <g text-anchor="middle">',
    ...transitions.flatMap(({ path, box, lines }) => [
      `    <path class="line" marker-end="url(#tip)" d="${path}"/>`,
      ...words(
        lines.map(({ text, isNote }) => ({ text, kind: isNote ? 'note' : 'small' })),
        box,
        LABEL_LINE,
      ),
    ]),
    ...states.flatMap(({ state, box, lines }) => [
      rect(state.isSet ? 'set' : 'box', box),
      ...words(
        lines.map((text) => ({ text, kind: state.isSet ? 'small' : 'strong' })),
        box,
        STATE_LINE,
      ),
    ]),
    '  </g>',
    '</svg>',
    '',
  ].join('\n')
}
