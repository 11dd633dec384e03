/** A made-up account for looking at screens: the same interface, no cryptography, no network. Never shipped. */

import type { AccountSession, Standing } from '../../../sdk/src/client/api/account.js'
import type {
  Contact,
  ContactSettings,
  ContactState,
  FileTransfer,
  Me,
  MeEvents,
  Message,
  OpenInvitation,
  PairingRequest,
  PasswordCall,
  Tunnel,
  Verification,
} from '../../../sdk/src/client/api.js'
import { Solo2Error } from '../../../sdk/src/errors.js'
import type { PathKind } from '../../../sdk/src/ports/transport.js'
import { fakeDevices } from './devices.js'
import { fakeLocking } from './locking.js'
import { fakeOpen } from './media.js'
import { BLOCKED, fakeNetwork } from './network.js'
import { fakeNotes } from './notes.js'
import { fakeSafekeeping } from './safekeeping.js'
import { fakeSearch } from './search.js'

type Listener = (event: never) => void
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface PersonPlan {
  readonly id: string
  readonly displayName: string
  readonly alias: string
  readonly state: ContactState
  readonly path: PathKind
  readonly verification?: Verification
  readonly notice?: boolean
  /** What its client says that it is, beside ours. */
  readonly build?: 'same' | 'another'
  readonly messages?: readonly Message[]
  readonly transfers?: readonly FileTransfer[]
  readonly timerSeconds?: number
  readonly unread?: number
  readonly blocked?: boolean
  readonly settings?: Partial<ContactSettings>
}

const DEFAULTS: ContactSettings = {
  nickname: '',
  muted: false,
  archived: false,
  pinned: false,
  readReceipts: true,
  draft: '',
}

export interface FakeMe extends Me {
  emit<Name extends keyof MeEvents>(name: Name, event: MeEvents[Name]): void
  setServer(state: 'connected' | 'away'): void
}

export const DAY_AHEAD_MS = 86_399_500

/** `silent`: of somebody who does not answer. */
export const CODES = { known: '7K3M9QXA4T', silent: '5N8D3HTC6W', own: '2B8WQ7ZN5C' }

/** The words of a published test vector, and of another. */
export const WORDS =
  'erase present expand convince muscle join palace figure tobacco rifle average scorpion name reject fit repair frequent glass champion hospital leaf north attitude hammer'
const OTHER_WORDS =
  'legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title'

/** Of nobody. */
export const INVITATION = `https://solo2.example/#v1.${CODES.known}.${'A'.repeat(64)}`

const STANDING: Standing = {
  type: 'standard',
  state: 'active',
  balance: 0,
  bonus: 0,
  centsPerDay: 0,
  balanceChanged: false,
  maximumSecurity: false,
}

const OTHER_BUILD = '4e'.repeat(32)

const SAFETY = '482910376651029384756610293847561029384756610293847561029384'

function emitter() {
  const listeners = new Map<string, Set<Listener>>()
  return {
    on(name: string, listener: Listener): () => void {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    emit(name: string, event: unknown): void {
      for (const listener of listeners.get(name) ?? []) (listener as (event: unknown) => void)(event)
    },
  }
}

let counter = 0
export const id = (): string => (++counter).toString(16).padStart(32, '0')

export function fakeMe(plan: {
  readonly displayName: string
  readonly username: string
  readonly server: 'connected' | 'away'
  readonly people: readonly PersonPlan[]
  readonly requests: readonly { readonly displayName: string; readonly alias: string }[]
  readonly notified?: boolean
  readonly build?: string | undefined
  /** Which own devices there are. */
  readonly scene: string
  readonly standing?: Partial<Standing>
  readonly backedUpAt?: number
  readonly later: (run: () => void, ms: number) => void
}): FakeMe {
  const events = emitter()
  const contacts: Contact[] = []
  let requests: PairingRequest[] = []
  let serverState = plan.server
  let { displayName } = plan
  let pairingCode = CODES.own
  let invitations: OpenInvitation[] = []
  const since = Date.now()
  let sessions: AccountSession[] = [
    { id: 'here', createdAt: since - 3_600_000, expiresAt: since + 82_800_000, current: true },
    { id: 'phone', createdAt: since - 40_000_000, expiresAt: since + 46_400_000, current: false },
  ]

  const devices = fakeDevices({
    scene: plan.scene,
    later: plan.later,
    emit: events.emit,
    me: () => me,
  })

  const notes = fakeNotes(plan.scene, events.emit)
  const locking = fakeLocking(plan.scene === 'maximum')
  const network = fakeNetwork(plan.scene !== 'blocked-path')

  async function checked({ password, onProgress }: PasswordCall): Promise<void> {
    onProgress?.('keys')
    await new Promise<void>((resolve) => plan.later(resolve, 60))
    if (password.startsWith('wrong')) throw new Solo2Error('wrong_password', 'wrong')
  }

  function person(about: PersonPlan): Contact {
    const messages = [...(about.messages ?? [])]
    let transfers: FileTransfer[] = [...(about.transfers ?? [])]
    const add = (
      body: Message['body'],
      outgoing: boolean,
      state: Message['state'],
      more: Partial<Message> = {},
    ): Message => {
      const message: Message = {
        id: id(),
        contact: about.id,
        outgoing,
        state,
        writtenAt: Date.now(),
        position: (messages.at(-1)?.position ?? 0) + 1,
        body,
        edited: false,
        reactions: {},
        ...more,
      }
      messages.push(message)
      events.emit('message', message)
      return message
    }
    const progress = (message: Message, state: Message['state']): void => {
      const place = messages.findIndex((one) => one.id === message.id)
      const next = { ...message, state }
      messages[place] = next
      events.emit('receipt', next)
    }
    const change = (messageId: string, next: Partial<Message>): Message => {
      const place = messages.findIndex((one) => one.id === messageId)
      const changed = { ...(messages[place] as Message), ...next }
      messages[place] = changed
      events.emit('change', changed)
      return changed
    }
    const setTransfer = (file: string, change: Partial<FileTransfer>): void => {
      transfers = transfers.map((one) => (one.id === file ? { ...one, ...change } : one))
      const changed = transfers.find((one) => one.id === file)
      if (changed !== undefined) events.emit('file', changed)
    }
    const move = (file: string): void => {
      const transfer = transfers.find((one) => one.id === file)
      if (transfer?.stage !== 'accepted') return
      const bytes = Math.min(transfer.size, transfer.bytes + Math.max(1, Math.ceil(transfer.size / 12)))
      if (bytes < transfer.size) {
        setTransfer(file, { bytes })
        plan.later(() => move(file), 400)
      } else {
        setTransfer(file, { bytes, stage: 'complete', stored: !transfer.outgoing })
      }
    }
    const contact: Mutable<Contact> = {
      id: about.id,
      displayName: about.displayName,
      alias: about.alias,
      state: about.state,
      path: about.path,
      build: about.build === 'another' ? OTHER_BUILD : about.build && plan.build,
      get waitsFor() {
        if (about.state === 'connected') return undefined
        if (contact.blocked) return 'blocked'
        if (about.state === 'connecting') return 'path'
        return serverState === 'away' ? 'server' : about.state === 'asked' ? 'asked' : 'contact'
      },
      diagnosis: plan.scene === 'blocked-path' && about.state === 'away' ? BLOCKED : undefined,
      async tryNow() {},
      safetyNumber: about.state === 'asked' ? '' : SAFETY,
      verification: about.verification ?? 'none',
      verified: about.verification !== undefined,
      safetyQr: new Uint8Array(65).fill(7),
      async setVerified(verified, scanned) {
        if (scanned !== undefined) throw new Solo2Error('key_changed', 'another')
        Object.assign(contact, { verification: verified ? 'compared' : 'none', verified })
      },
      notice: about.notice ?? false,
      async acceptDevices() {
        contact.notice = false
      },
      get transfers() {
        return transfers
      },
      async connect(): Promise<Tunnel> {
        if (about.state !== 'connected') return new Promise(() => {})
        const own = emitter()
        const pathInfo = { kind: about.path, ...ENDS[about.path] }
        return { contact, path: about.path, pathInfo, on: own.on, facts: FACTS, close() {} } as unknown as Tunnel
      },
      async send(text, options) {
        const here = contact.state === 'connected'
        const message = add({ kind: 'text', text }, true, here ? 'sent' : 'waiting', options)
        if (here) plan.later(() => progress(message, 'delivered'), 500)
        if (here && text.endsWith('?')) plan.later(() => add({ kind: 'text', text: 'Yes.' }, false, 'received'), 900)
        return message
      },
      edit: async (messageId, text) => change(messageId, { body: { kind: 'text', text }, edited: true }),
      sendPlace: async (place) => add({ kind: 'place', ...place }, true, 'waiting'),
      timerSeconds: about.timerSeconds ?? 0,
      async setTimer(seconds) {
        contact.timerSeconds = seconds
        return add({ kind: 'timer', seconds }, true, 'waiting')
      },
      async markRead() {
        contact.unread = 0
      },
      unread: about.unread ?? 0,
      firstUnread: about.unread === undefined ? undefined : messages.length - about.unread + 1,
      settings: { ...DEFAULTS, ...about.settings },
      async changeSettings(next) {
        contact.settings = { ...contact.settings, ...next }
      },
      blocked: about.blocked ?? false,
      async block() {
        contact.blocked = true
      },
      async unblock() {
        contact.blocked = false
      },
      async remove() {
        contacts.splice(contacts.indexOf(contact), 1)
        events.emit('removed', contact.id)
      },
      delete: async (messageId) => change(messageId, { body: { kind: 'deleted' }, reactions: {} }),
      react: async (messageId, emoji) => change(messageId, { reactions: emoji === '' ? {} : { own: emoji } }),
      async offerFile(source, options) {
        options?.onProgress?.({ stage: 'preparing', bytes: source.size / 2, size: source.size })
        const file = id()
        const media = options?.media === undefined ? {} : { media: options.media }
        const transfer: FileTransfer = {
          id: file,
          contact: about.id,
          outgoing: true,
          name: source.name,
          size: source.size,
          stage: 'offered',
          bytes: 0,
          stored: false,
          ...media,
        }
        transfers = [...transfers, transfer]
        add({ kind: 'file', file, name: source.name, size: source.size, ...media }, true, 'sent')
        plan.later(() => {
          setTransfer(file, { stage: 'accepted' })
          move(file)
        }, 900)
        return transfer
      },
      async acceptFile(file) {
        setTransfer(file, { stage: 'accepted' })
        move(file)
      },
      async refuseFile(file) {
        setTransfer(file, { stage: 'refused' })
      },
      async pauseFile(file) {
        setTransfer(file, { held: 'paused' })
      },
      async resumeFile(file) {
        transfers = transfers.map(({ held, ...one }) =>
          one.id === file || held === undefined ? one : { ...one, held },
        )
        move(file)
      },
      async cancelFile(file) {
        setTransfer(file, { stage: 'cancelled' })
      },
      openFile: fakeOpen,
      async saveFile(file) {
        const name = transfers.find((one) => one.id === file)?.name ?? ''
        return { name, blob: new Blob(['fake']) }
      },
      async deleteFile(file) {
        setTransfer(file, { stored: false })
      },
      canWake: false,
      async wake() {},
      async message(wanted) {
        const found = messages.find((one) => one.id === wanted)
        if (found === undefined) throw new Solo2Error('not_found', 'no such message')
        return found
      },
      async messages(options) {
        const before = options?.before ?? Number.POSITIVE_INFINITY
        return messages.filter((one) => one.position < before).slice(-(options?.limit ?? 50))
      },
    }
    return contact
  }

  contacts.push(...plan.people.map(person))
  requests = plan.requests.map((asked, index) => {
    const request: PairingRequest = {
      id: `request-${index}`,
      ...asked,
      createdAt: Date.now(),
      async accept() {
        requests = requests.filter((one) => one.id !== request.id)
        const made = person({ id: id().padEnd(64, '0'), ...asked, state: 'connecting', path: 'unknown' })
        contacts.push(made)
        events.emit('requests', requests)
        return made
      },
      async refuse() {
        requests = requests.filter((one) => one.id !== request.id)
        events.emit('requests', requests)
      },
    }
    return request
  })

  const safekeeping = fakeSafekeeping(plan.later, plan.backedUpAt)
  const me: FakeMe = {
    ...safekeeping,
    get backedUpAt() {
      return safekeeping.backedUpAt
    },
    username: plan.username,
    get displayName() {
      return displayName
    },
    get pairingCode() {
      return pairingCode
    },
    alias: '4F9TZ2KD',
    server: globalThis.location?.origin ?? 'http://localhost',
    get serverState() {
      return serverState
    },
    sessionState: 'valid',
    clock: { aheadMs: plan.scene === 'clock-wrong' ? DAY_AHEAD_MS : 0 },
    contacts,
    notes,
    get requests() {
      return requests
    },
    get undecided() {
      return devices.isUndecided
    },
    devices,
    notifications: {
      endpoint: plan.notified === true ? 'https://fcm.googleapis.com/x' : undefined,
      serverKey: async () => new Uint8Array(65),
      async enable() {},
      async disable() {},
      async renew() {},
    },
    account: async () => ({ ...STANDING, ...plan.standing }),
    pause: async () => ({ ...STANDING, ...plan.standing, state: 'paused' }),
    resume: async () => STANDING,
    startCheckout: async () => ({ url: 'https://pay.example/', expiresAt: Date.now() + 1_800_000 }),
    async sendFeedback() {},
    seeBalance: async () => ({ ...STANDING, ...plan.standing, balanceChanged: false }),
    get lockAfterMinutes() {
      return locking.lockAfterMinutes
    },
    get maximumSecurity() {
      return locking.maximumSecurity
    },
    setLockAfter: (minutes) => locking.setLockAfter(minutes),
    get network() {
      return network.network
    },
    chooseNetwork: (change) => network.chooseNetwork(change),
    iceServers: network.iceServers,
    async setMaximumSecurity(on) {
      locking.setMode(on)
      events.emit('security', { maximumSecurity: on })
      return { ...STANDING, ...plan.standing, maximumSecurity: on }
    },
    async rename(name) {
      displayName = name.trim()
      events.emit('account', { displayName, pairingCode })
    },
    async newPairingCode() {
      pairingCode = '5X1V8N3JQD'
      events.emit('account', { displayName, pairingCode })
      return pairingCode
    },
    sessions: async () => sessions,
    async endSessions(ids) {
      const before = sessions.length
      sessions = sessions.filter(({ id: one, current }) => (ids === undefined ? current : !ids.includes(one)))
      return before - sessions.length
    },
    signIn: (call) => checked(call),
    changePassword: (call) => checked(call),
    newWords: async (call) => {
      await checked(call)
      return OTHER_WORDS.split(' ')
    },
    words: async (call) => {
      await checked(call)
      return WORDS.split(' ')
    },
    deleteAccount: async (call) => {
      await checked(call)
      events.emit('session', 'over')
    },
    search: fakeSearch(contacts, notes),
    async rebuildSearch() {},
    on: events.on as FakeMe['on'],
    emit: events.emit as FakeMe['emit'],
    setServer(state) {
      serverState = state
      events.emit('server', state)
    },
    contact: (wanted) => contacts.find((one) => one.id === wanted),
    async pair(code, options) {
      if (code === CODES.own) throw new Solo2Error('own_code', 'own code')
      if (code !== CODES.known && code !== CODES.silent) throw new Solo2Error('wrong_code', 'no such code')
      options?.onProgress?.('asked')
      await new Promise<void>((resolve) => code === CODES.known && plan.later(resolve, 300))
      const made = person({
        id: 'f'.repeat(64),
        displayName: 'Noor',
        alias: '9CQ2TR6H',
        state: 'connected',
        path: 'direct',
      })
      contacts.push(made)
      events.emit('contact', made)
      return made
    },
    acceptInvitation: () => Promise.reject(new Solo2Error('key_changed', 'other keys')),
    lookForRequests: async () => undefined,
    invitations: {
      async create() {
        const made = { id: id(), link: INVITATION, expiresAt: Date.now() + 604_800_000 }
        invitations = [made, ...invitations]
        return made
      },
      list: () => invitations,
      async cancel(wanted) {
        invitations = invitations.filter((one) => one.id !== wanted)
      },
    },
    async logout() {},
    async lock() {},
    async [Symbol.asyncDispose]() {},
  }
  return me
}

const FACTS = {
  since: Date.now() - 754_000,
  framesSent: 73_112,
  framesReceived: 214,
  turns: 148,
  ownTurnAt: Date.now() - 4_000,
}

const ENDS = {
  direct: { local: 'srflx', remote: 'prflx' },
  mirror: { local: 'relay', remote: 'host' },
  unknown: { local: '', remote: '' },
}
