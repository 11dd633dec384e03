/** Asking and being asked (spec/05 section 6, spec/04 section 7): requests at the server, codes and invitations of others. */
import type { Person } from '@solo2/proto/account'
import { ContactStage } from '@solo2/proto/vault'
import { normaliseCode } from '../account/codes.js'
import { fromHex } from '../bytes/bytes.js'
import { ensure, Solo2Error } from '../errors.js'
import { ensureInviter, type Invitation, parseInvitation } from '../identity/invitation.js'
import type { PublicIdentity } from '../identity/keys.js'
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { Contact, PairingRequest, PairOptions } from './api.js'
import type { Session } from './session.js'

/** Somebody whose keys were checked. */
export interface Known {
  readonly person: Person
  readonly keys: PublicIdentity
  /** Hex. */
  readonly id: string
}

export interface PairingContact {
  readonly view: Contact
  met(signal?: AbortSignal): Promise<void>
}

export interface PairingOptions {
  readonly host: Host
  readonly session: Session
  readonly server: string
  ownCodes(): readonly string[]
  /** A device that has not joined its siblings yet, nor declined, has no identity to show. */
  isUndecided(): boolean
  /** Keys of somebody who was looked up: signed, for the alias that was asked, nobody's that we know already. */
  verified(person: Person | undefined): Known
  /** The same person again is the same contact: what is known stays. `invitation`: 32 bytes, or empty. */
  takeUp(who: Known, stage: ContactStage, code: string, invitation: Uint8Array): Promise<PairingContact>
  /** Nobody hears that a blocked person asks. */
  isBlocked(person: Person): boolean
  onRequests(requests: readonly PairingRequest[]): void
  /** The server answered: what else waits for it. */
  onAnswer(): Promise<void>
}

export interface Pairing {
  readonly requests: readonly PairingRequest[]
  pair(code: string, options?: PairOptions): Promise<Contact>
  acceptInvitation(link: string, options?: PairOptions): Promise<Contact>
  /** Looks at the requests now and then: often when something was asked or came, ever less often when nothing does. */
  start(): void
  /** Looks now, and often again. */
  look(): Promise<void>
  /** The same for whoever may ask with each step: no sooner after the last look than looks follow each other. */
  lookSoon(): Promise<void>
  stop(): void
}

const NO_INVITATION = new Uint8Array(0)

export function createPairing(options: PairingOptions): Pairing {
  const { host, session, verified, takeUp } = options
  let requests: PairingRequest[] = []
  let stopped = false
  let cancelPoll: (() => void) | undefined
  let pauseMs: number = CHOSEN.PAIRING_POLL_MS
  let lookedAt = Number.NEGATIVE_INFINITY

  async function askInvited(invitation: Invitation, call: PairOptions): Promise<Contact> {
    const { server, code, secret } = invitation
    if (server !== options.server) {
      throw new Solo2Error('invalid_argument', 'This invitation is of another server.', { field: 'server' })
    }
    ensure(!options.ownCodes().includes(code), 'own_code', 'this is your own invitation')
    // Looked up first: nobody is asked whose keys are not the inviter's.
    const who = verified((await session.call('lookUp', { code }, call)).person)
    ensureInviter(invitation, fromHex(who.id))
    return ask(code, call, (answered) => {
      ensureInviter(invitation, fromHex(answered))
      return secret
    })
  }

  function ensureDecided(): void {
    ensure(!options.isUndecided(), 'wrong_state', 'this device has to join the others first, or to decline')
  }

  /** `invitation` gives the secret for whom the server named. */
  async function ask(code: string, call: PairOptions, invitation: (id: string) => Uint8Array): Promise<Contact> {
    const { person } = await session.call('requestPairing', { code }, call)
    const who = verified(person)
    call.onProgress?.('asked')
    const contact = await takeUp(who, ContactStage.ASKED, code, invitation(who.id))
    await contact.met(call.signal)
    call.onProgress?.('accepted')
    return contact.view
  }

  async function poll(): Promise<void> {
    lookedAt = host.now()
    try {
      const { incoming } = await session.call('listPairings', {})
      if (stopped) return
      const before = requests.map(({ id }) => id).join()
      const known = new Map(requests.map((request) => [request.id, request]))
      requests = incoming.flatMap(({ id, person, createdAt }) => {
        const request = known.get(id)
        if (request !== undefined) return [request]
        if (person?.bundle === undefined || options.isBlocked(person)) return []
        return [pairingRequest(id, person, Number(createdAt) * 1000)]
      })
      if (requests.map(({ id }) => id).join() !== before) {
        pauseMs = CHOSEN.PAIRING_POLL_MS
        options.onRequests(requests)
      }
      await options.onAnswer()
    } catch (error) {
      pauseMs = CHOSEN.PAIRING_POLL_MS
      // Away, limited or over: the session tells of it, and the next poll tries again.
      if (!(error instanceof Solo2Error)) throw error
    }
  }

  function schedulePoll(): void {
    if (stopped) return
    cancelPoll?.()
    cancelPoll = host.after(pauseMs, () => void poll().finally(schedulePoll))
    pauseMs = Math.min(pauseMs * CHOSEN.PAIRING_POLL_GROWTH, CHOSEN.PAIRING_POLL_LONGEST_MS)
  }

  async function look(): Promise<void> {
    if (stopped) return
    pauseMs = CHOSEN.PAIRING_POLL_MS
    await poll().finally(schedulePoll)
  }

  async function lookSoon(): Promise<void> {
    if (host.now() - lookedAt >= CHOSEN.PAIRING_POLL_MS) return look()
    pauseMs = CHOSEN.PAIRING_POLL_MS
    schedulePoll()
  }

  function pairingRequest(id: string, person: Person, createdAt: number): PairingRequest {
    const drop = () => {
      requests = requests.filter((request) => request.id !== id)
      options.onRequests(requests)
    }
    let accepting: Promise<Contact> | undefined
    async function accept(): Promise<Contact> {
      const who = verified(person)
      // Stored first: an acceptance that the server has must not be forgotten here.
      const contact = await takeUp(who, ContactStage.PAIRED, '', NO_INVITATION)
      await session.call('answerPairing', { id, accept: true })
      drop()
      return contact.view
    }
    return {
      id,
      displayName: person.displayName,
      alias: person.alias,
      createdAt,
      accept() {
        accepting ??= accept().catch((error: unknown) => {
          accepting = undefined
          throw error
        })
        return accepting
      },
      async refuse() {
        await session.call('answerPairing', { id, accept: false })
        drop()
      },
    }
  }

  return {
    get requests() {
      return requests
    },
    async pair(typed, call = {}) {
      const { code } = normaliseCode(typed)
      ensureDecided()
      ensure(!options.ownCodes().includes(code), 'own_code', 'this is your own code')
      return ask(code, call, () => NO_INVITATION)
    },
    async acceptInvitation(link, call = {}) {
      const invitation = parseInvitation(link)
      ensureDecided()
      return askInvited(invitation, call)
    },
    look,
    lookSoon,
    start: () => void look(),
    stop() {
      stopped = true
      cancelPoll?.()
    },
  }
}
