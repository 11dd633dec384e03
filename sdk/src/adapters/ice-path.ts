/** Which way the bytes of an RTCPeerConnection go, from its statistics (T10). */
import type { PathInfo } from '../ports/transport.js'

const UNKNOWN: PathInfo = { kind: 'unknown', local: '', remote: '' }

/** The members of the statistics that this module reads; browsers and node-datachannel spell them alike. */
interface Stats {
  readonly id: string
  readonly type: string
  readonly selectedCandidatePairId?: string
  readonly localCandidateId?: string
  readonly remoteCandidateId?: string
  readonly selected?: boolean
  readonly nominated?: boolean
  readonly state?: string
  readonly candidateType?: string
  readonly address?: string
  readonly ip?: string
  readonly port?: number
}

/**
 * The selected pair's kind: `mirror` if either end of it is a relay. An end that ICE learnt from a packet (`prflx`) before
 * the description named it counts as a relay too if the description has a relay candidate at that address.
 *
 * Of an end that was learnt before the description came at all, libjuice (in Node) tells one of the description's candidates in
 * its place. That shows when no packet could go between the two; then it is a relay if nothing but relays could be reached.
 */
export async function readPath(connection: RTCPeerConnection | null): Promise<PathInfo> {
  if (!connection) return UNKNOWN
  const byId = new Map<string, Stats>()
  try {
    ;(await connection.getStats()).forEach((stats: Stats) => {
      byId.set(stats.id, stats)
    })
  } catch {
    return UNKNOWN
  }
  const pair = selectedPair([...byId.values()], byId)
  const local = byId.get(pair?.localCandidateId ?? '')
  const remote = byId.get(pair?.remoteCandidateId ?? '')
  if (!local?.candidateType || !remote?.candidateType) return UNKNOWN
  const described = candidatesOf(connection.remoteDescription?.sdp ?? '')
  const [here, there] = [familyOf(local.address ?? local.ip), familyOf(remote.address ?? remote.ip)]
  if (local.candidateType !== 'relay' && here !== undefined && there !== undefined && here !== there) {
    const within = described.filter(({ address }) => familyOf(address) === here)
    const mirrored = within.length > 0 && within.every(({ type }) => type === 'relay')
    return { kind: mirrored ? 'mirror' : 'direct', local: local.candidateType, remote: 'prflx' }
  }
  const mirrored =
    local.candidateType === 'relay' ||
    remote.candidateType === 'relay' ||
    described.some(
      ({ type, address, port }) =>
        type === 'relay' && address === (remote.address ?? remote.ip) && port === `${remote.port}`,
    )
  return { kind: mirrored ? 'mirror' : 'direct', local: local.candidateType, remote: remote.candidateType }
}

/** Undefined for a name, and for an address that the browser hides. */
function familyOf(address = ''): 4 | 6 | undefined {
  if (address.includes(':')) return 6
  return /^[\d.]+$/.test(address) ? 4 : undefined
}

function selectedPair(all: readonly Stats[], byId: ReadonlyMap<string, Stats>): Stats | undefined {
  const transport = all.find((stats) => stats.type === 'transport' && stats.selectedCandidatePairId)
  const named = byId.get(transport?.selectedCandidatePairId ?? '')
  if (named) return named
  // Firefox has no transport statistics and marks the pair instead.
  const pairs = all.filter((stats) => stats.type === 'candidate-pair')
  return (
    pairs.find((pair) => pair.selected) ?? pairs.find((pair) => pair.nominated === true && pair.state === 'succeeded')
  )
}

/** The candidates of a description (RFC 8839 section 5.1). */
function candidatesOf(sdp: string): { readonly address: string; readonly port: string; readonly type: string }[] {
  const lines = sdp.matchAll(/^a=candidate:\S{1,64} \d{1,5} \S{1,16} \d{1,10} (\S{1,256}) (\d{1,5}) typ (\S{1,16})/gm)
  return [...lines].map(([, address = '', port = '', type = '']) => ({ address, port, type }))
}
