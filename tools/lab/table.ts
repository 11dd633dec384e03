/** spec/networks.md: which networks two clients meet across, from the last full run of the table's tests. */
import type { ClientKind, Outcome, Situation } from './situations.js'

export interface Measured {
  readonly outcome: Outcome
  /** From both looking for each other to both having the tunnel; absent without one. */
  readonly milliseconds?: number
}

export interface Cell {
  readonly situation: string
  readonly clients: readonly [ClientKind, ClientKind]
  readonly withMirror: Measured
  readonly withoutMirror: Measured
}

const NAMES: Readonly<Record<ClientKind, string>> = { node: 'Node', chromium: 'Chromium', firefox: 'Firefox' }

export const pairName = (clients: readonly ClientKind[]): string => clients.map((kind) => NAMES[kind]).join('–')

const HEAD = `# Networks

Which networks a tunnel crosses, between which clients, by which path, and how long it took to open. This page is written by
\`npm run networks\` from what its tests saw; do not edit it. Hosts are network namespaces, the server and the mirror (coturn with
the configuration that \`reference-server/deploy\` ships) are real, and so are the browsers.

*direct* and *mirror* are what both ends read from ICE's statistics, and the bytes that came to the mirror's interface agree.
Seconds run from the moment that both look for each other to the moment that both have the tunnel, meeting at the server included,
once each, on two cores: an order of magnitude. The second entry is the same pair with the mirror unreachable; *no* means that an
attempt was made and given up.

Of a pair, the first client is behind the first router, or has IPv6. Firefox keeps the first pair of addresses that answers, which
can be the mirror's though a direct one would follow.
`

const shown = ({ outcome, milliseconds }: Measured): string =>
  milliseconds === undefined ? outcome : `${outcome} ${(milliseconds / 1000).toFixed(1)} s`

function entry(cell: Cell | undefined): string {
  return cell === undefined ? 'not run' : `${shown(cell.withMirror)} · ${shown(cell.withoutMirror)}`
}

export function networksPage(situations: readonly Situation[], cells: readonly Cell[]): string {
  const pairs = [...new Set(cells.map(({ clients }) => pairName(clients)))]
  const rows = situations.map(({ name }) =>
    [
      name,
      ...pairs.map((pair) =>
        entry(cells.find(({ situation, clients }) => situation === name && pairName(clients) === pair)),
      ),
    ].join(' | '),
  )
  const why = situations.flatMap(({ name, unable }) =>
    unable === undefined ? [] : [`- ${name}: ${NAMES[unable.client]}, because ${unable.why}.`],
  )
  return [
    HEAD,
    `| Situation | ${pairs.join(' | ')} |`,
    `|---|${pairs.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row} |`),
    '',
    'Where it is *no* with a mirror:',
    '',
    ...why,
    '',
  ].join('\n')
}
