/** A bench's end in a process or a page of its own: what is asked by name. */
import { type End, type EndKind, tunnelEnd } from './ends.js'

export interface FarEnd {
  open(kind: EndKind, role: Role): void
  createOffer(kind: EndKind): Promise<string>
  acceptOffer(kind: EndKind, sdp: string): Promise<string>
  acceptAnswer(kind: EndKind, sdp: string): Promise<void>
  send(kind: EndKind, bytes: number): void
  arrival(kind: EndKind, bytes: number): Promise<void>
  /** CPU seconds of this process so far, where it can tell. */
  cpu(): number | undefined
}

type Role = 'offerer' | 'answerer'

/** Static secrets of both; only the bench uses them. */
const SECRETS = { offerer: new Uint8Array(32).fill(3), answerer: new Uint8Array(32).fill(5) }

export function openTunnelEnd(platform: Parameters<typeof tunnelEnd>[0], role: Role): End {
  return tunnelEnd(platform, role, { own: SECRETS[role], peer: SECRETS[role === 'offerer' ? 'answerer' : 'offerer'] })
}

/** `kinds`: those that there are here. */
export function farEnd(
  kinds: Readonly<Partial<Record<EndKind, (role: Role) => End>>>,
  cpu: FarEnd['cpu'] = () => undefined,
): FarEnd {
  const ends = new Map<EndKind, End>()
  const end = (kind: EndKind): End => {
    const found = ends.get(kind)
    if (found === undefined) throw new Error(`no ${kind} end is open`)
    return found
  }
  return {
    open(kind, role) {
      const open = kinds[kind]
      if (open === undefined) throw new Error(`there is no ${kind} here`)
      ends.set(kind, open(role))
    },
    createOffer: (kind) => end(kind).createOffer(),
    acceptOffer: (kind, sdp) => end(kind).acceptOffer(sdp),
    acceptAnswer: (kind, sdp) => end(kind).acceptAnswer(sdp),
    send: (kind, bytes) => end(kind).send(bytes),
    arrival: (kind, bytes) => end(kind).arrival(bytes),
    cpu,
  }
}
