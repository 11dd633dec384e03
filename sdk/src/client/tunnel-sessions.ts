/** What each tunnel of a contact needs to know beside its machine: how its handshake was planned, and its secrets. */
import { toHex, wipe } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import type { Introduction } from '../introduction/meeting-state.js'
import type { TunnelSecrets } from '../tunnel/tunnel.js'
import type { HandshakePlan } from './contact-record.js'
import type { LinkedTunnel } from './link.js'
import type { RootAgreement } from './root-agreement.js'

export interface TunnelSession {
  readonly plan: HandshakePlan
  secrets?: TunnelSecrets
  agreement?: RootAgreement
  /** What the other side says that it is, 64 hex digits (09-34). */
  build?: string
}

export interface TunnelSessions {
  /** For the tunnel that this introduction leads to, which does not exist yet. */
  plan(introduction: Introduction, plan: HandshakePlan): void
  of(linked: LinkedTunnel): TunnelSession
  end(linked: LinkedTunnel): void
}

export function createTunnelSessions(): TunnelSessions {
  const sessions = new WeakMap<LinkedTunnel, TunnelSession>()
  const plans = new Map<string, HandshakePlan>()
  return {
    plan(introduction, plan) {
      plans.clear() // One meeting at a time: that of an attempt that came to nothing goes.
      plans.set(toHex(introduction.ownNonce), plan)
    },
    of(linked) {
      const known = sessions.get(linked)
      if (known !== undefined) return known
      const nonce = toHex(linked.introduction.ownNonce)
      const plan = plans.get(nonce)
      ensure(plan !== undefined, 'internal', 'a tunnel without a plan')
      plans.delete(nonce)
      const session: TunnelSession = { plan }
      sessions.set(linked, session)
      return session
    },
    end(linked) {
      wipe(sessions.get(linked)?.secrets?.exporter)
      sessions.delete(linked)
    },
  }
}
