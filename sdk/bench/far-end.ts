/** A bench's answering end in a process of its own, or both ends' functions in a page: what is asked by name. */
import { bareEnd, type End, type EndKind, tunnelEnd } from './ends.js'

export interface FarEnd {
  open(kind: EndKind, role: 'offerer' | 'answerer'): void
  createOffer(kind: EndKind): Promise<string>
  acceptOffer(kind: EndKind, sdp: string): Promise<string>
  acceptAnswer(kind: EndKind, sdp: string): Promise<void>
  send(kind: EndKind, bytes: number): void
  arrival(kind: EndKind, bytes: number): Promise<void>
}

/** Static secrets of both; only the bench uses them. */
const SECRETS = { offerer: new Uint8Array(32).fill(3), answerer: new Uint8Array(32).fill(5) }

export function farEnd(platform: Parameters<typeof tunnelEnd>[0], Connection: typeof RTCPeerConnection): FarEnd {
  const ends = new Map<EndKind, End>()
  const end = (kind: EndKind): End => {
    const found = ends.get(kind)
    if (found === undefined) throw new Error(`no ${kind} end is open`)
    return found
  }
  return {
    open(kind, role) {
      const secrets = { own: SECRETS[role], peer: SECRETS[role === 'offerer' ? 'answerer' : 'offerer'] }
      ends.set(kind, kind === 'bare' ? bareEnd(Connection) : tunnelEnd(platform, role, secrets))
    },
    createOffer: (kind) => end(kind).createOffer(),
    acceptOffer: (kind, sdp) => end(kind).acceptOffer(sdp),
    acceptAnswer: (kind, sdp) => end(kind).acceptAnswer(sdp),
    send: (kind, bytes) => end(kind).send(bytes),
    arrival: (kind, bytes) => end(kind).arrival(bytes),
  }
}
