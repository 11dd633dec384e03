/**
 * What the tunnel costs: the same bytes over a bare data channel and over a whole tunnel (scheduler, ratchet, frames) on
 * the same library, one way, from one process to another: two of Node, where the processors limit and where a link does,
 * and two of Chromium where there is one, simple-peer and PeerJS beside them.
 */
import { existsSync } from 'node:fs'
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import { PROTOCOL } from '../src/limits.js'
import type { EndKind } from './ends.js'
import { canLimit, openLink } from './link.js'
import { CHROMIUM, nodeEnd, PEERJS, pageEnd, type RemoteEnd } from './remote-ends.js'

const MEGABYTE = 1_000_000
const NAMES: Readonly<Record<EndKind, string>> = {
  bare: 'bare data channel',
  tunnel: 'tunnel',
  'simple-peer': 'simple-peer',
  PeerJS: 'PeerJS',
}
/** The first megabytes are spent on compiling what the others run. */
const WARM_MS = 1_000
/** Starting and emptying the queues is little of a round then. */
const LINK_MS = 3_000

interface Ends {
  readonly sender: RemoteEnd
  readonly receiver: RemoteEnd
  close?(): unknown
}

async function connected(kind: EndKind, { sender, receiver }: Ends): Promise<BenchCase> {
  await Promise.all([sender.ask('open', kind, 'offerer'), receiver.ask('open', kind, 'answerer')])
  const offer = await sender.ask('createOffer', kind)
  await sender.ask('acceptAnswer', kind, await receiver.ask('acceptOffer', kind, offer))
  return {
    name: NAMES[kind],
    unit: 'MB',
    bytes: MEGABYTE,
    cpu: async () => ({ sender: await sender.cpu(), receiver: await receiver.cpu() }),
    async run(count) {
      // Whole messages, so that none waits for a rest.
      const bytes = Math.ceil((count * MEGABYTE) / PROTOCOL.FRAME_SIZE) * PROTOCOL.FRAME_SIZE
      const arrived = receiver.ask('arrival', kind, bytes)
      await sender.ask('send', kind, bytes)
      await arrived
      return bytes / MEGABYTE
    },
  }
}

function group(
  where: string,
  open: () => Promise<Ends>,
  { minMs, kinds = ['bare', 'tunnel'] }: { readonly minMs?: number; readonly kinds?: readonly EndKind[] } = {},
): BenchGroup {
  let ends: Ends | undefined
  return {
    title: `tunnel, one way, ${where}`,
    baseline: NAMES.bare,
    ...(minMs !== undefined && { minMs }),
    async prepare() {
      ends = await open()
      const cases: BenchCase[] = []
      for (const kind of kinds) cases.push(await connected(kind, ends))
      return cases
    },
    async close() {
      await ends?.sender.close()
      await ends?.receiver.close()
      await ends?.close?.()
    },
  }
}

async function overLink(mbit: number): Promise<Ends> {
  const { hosts, close } = openLink(mbit)
  return { sender: nodeEnd(hosts[0]), receiver: nodeEnd(hosts[1]), close }
}

export const groups: readonly BenchGroup[] = [
  group('Node to Node', async () => ({ sender: nodeEnd(), receiver: nodeEnd() }), { minMs: WARM_MS }),
  ...(canLimit
    ? [100, 20].map((mbit) => group(`Node to Node, ${mbit} Mbit/s`, () => overLink(mbit), { minMs: LINK_MS }))
    : []),
  ...(existsSync(CHROMIUM)
    ? [
        group('Chromium to Chromium', async () => ({ sender: await pageEnd(), receiver: await pageEnd() }), {
          minMs: WARM_MS,
          kinds: ['bare', 'tunnel', 'simple-peer', ...(existsSync(PEERJS) ? ['PeerJS' as const] : [])],
        }),
      ]
    : []),
]
