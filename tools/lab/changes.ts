/** spec/networks-that-change.md: what became of conversations under which the network changed, from the last full run. */
import type { ClientKind } from './situations.js'
import { pairName } from './table.js'

export const CHANGES = {
  'out-of-mirror': 'from the mirror to a direct path, when routers let one through',
  interface: "Ana's interface goes, another one comes up with another address",
  address: "Ana's address is another one",
} as const

export interface Changed {
  readonly change: keyof typeof CHANGES
  readonly clients: readonly [ClientKind, ClientKind]
  readonly isServerAlive: boolean
  /** Until texts that both wrote into it had arrived, or the path was the better one; absent if they did not. */
  readonly milliseconds?: number
  /** A contact was shown as away meanwhile. */
  readonly wasAway: boolean
}

const HEAD = `# Networks that change

What becomes of a conversation when the network changes under it, and how long its repair takes. This page is written by
\`npm run networks\` from what its tests saw; do not edit it. Both write into the change at once, and every text arrives once and in
order; seconds run from the change to the last of them, or to the moment that both have the better path, once each, on two cores:
an order of magnitude. *stayed* is a tunnel that stood all the time, since it moved (spec/09 section 8) or
ICE found the path again; *met again* means that it ended, and another one was found through the server; *no* means that nothing arrived before the server came back, or within a minute.
`

const WHY_NO = `Where it is *no* and one of the two is Node: node-datachannel's ICE library gathers its addresses once and goes by the pair that it chose first, so a tunnel ends with an
address of either side, and without the server nobody tells the two of each other's new one.
`

function shown(found: Changed | undefined): string {
  if (found === undefined) return 'not run'
  if (found.milliseconds === undefined) return 'no'
  return `${found.wasAway ? 'met again' : 'stayed'} ${(found.milliseconds / 1000).toFixed(1)} s`
}

export function changesPage(seen: readonly Changed[]): string {
  const pairs = [...new Set(seen.map(({ clients }) => pairName(clients)))]
  const rows = Object.entries(CHANGES).flatMap(([change, name]) =>
    [true, false].flatMap((isServerAlive) => {
      const ran = seen.filter((one) => one.change === change && one.isServerAlive === isServerAlive)
      if (ran.length === 0) return []
      const entries = pairs.map((pair) => shown(ran.find(({ clients }) => pairName(clients) === pair)))
      return [`| ${[name, isServerAlive ? 'alive' : 'dead', ...entries].join(' | ')} |`]
    }),
  )
  const head = [`| Change | Server | ${pairs.join(' | ')} |`, `|---|---|${pairs.map(() => '---|').join('')}`]
  const isNodeAtEnd = seen.some(({ milliseconds, clients }) => milliseconds === undefined && clients.includes('node'))
  return [HEAD, ...head, ...rows, '', ...(isNodeAtEnd ? [WHY_NO] : [])].join('\n')
}
