/** One contact: its record in the vault, its conversation and transfers, and the link that finds it. */
import type { Record } from '@solo2/proto/tunnel'
import { ContactRecord, ContactStage } from '@solo2/proto/vault'
import { toHex, wipe } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import { makeTags } from '../handshake/continuity.js'
import { identityId, isOfferer } from '../identity/id.js'
import type { IdentitySecrets, PublicIdentity } from '../identity/keys.js'
import { safetyNumber } from '../identity/safety-number.js'
import { pairingSecret } from '../introduction/topics.js'
import { PROTOCOL } from '../limits.js'
import type { Platform } from '../ports/platform.js'
import type { IceServer, PathInfo } from '../ports/transport.js'
import type { TunnelSecrets } from '../tunnel/tunnel.js'
import type { CallProgress, Contact, ContactState, MeEvents, Tunnel } from './api.js'
import {
  acceptedDevices,
  confirmedDevice,
  establishedDevice,
  pinnedVersion,
  planHandshake,
  recordSecrets,
  rootToBring,
  shownSecrets,
  topicsOf,
  withRoot,
} from './contact-record.js'
import { changedSettings, shownSettings } from './contact-settings.js'
import { createContactWake } from './contact-wake.js'
import { openConversation } from './conversation.js'
import { createCorrespondence } from './correspondence.js'
import type { Emitter } from './emitter.js'
import type { Introducer } from './introducer.js'
import { createLink, type LinkedTunnel } from './link.js'
import { createRootAgreement } from './root-agreement.js'
import { createTransfers } from './transfers.js'
import { createTunnelSessions } from './tunnel-sessions.js'
import { createTunnelView, type TunnelView } from './tunnel-view.js'
import { type Change, put, type Vault } from './vault-store.js'
import { TUNNEL_VERSIONS } from './versions.js'
import { createWaiters } from './waiters.js'

export interface Self {
  readonly secrets: IdentitySecrets
  readonly keys: PublicIdentity
  readonly id: Uint8Array
  readonly device: Uint8Array
}

export interface ContactOptions {
  readonly platform: Platform
  readonly vault: Vault
  readonly introducer: Introducer
  readonly events: Emitter<MeEvents>
  readonly record: ContactRecord
  readonly self: Self
  iceServers(): Promise<readonly IceServer[]>
  /** The own wake token, or empty. */
  wakeToken(): Uint8Array
  /** Wakes somebody else, if `still` holds after a random time. */
  wake(token: Uint8Array, still: () => boolean): Promise<void>
}

/** What `Me` holds of a contact; the application sees `view`. */
export interface LiveContact {
  readonly view: Contact
  readonly keys: PublicIdentity
  /** Names its tables, hex. */
  readonly conversation: string
  save(change: Partial<ContactRecord>): Promise<void>
  start(): void
  stop(): Promise<void>
  /** Resolves when a tunnel to this contact has stood once. */
  met(signal?: AbortSignal): Promise<void>
  /** Gives the own wake token, if there is one, to a contact that is here. */
  tellWakeToken(): void
  joined(topics: readonly Uint8Array[]): void
  signal(topic: Uint8Array, signal: Uint8Array): boolean
}

const CONTACT_TABLE = 'contact'

export async function createContact(options: ContactOptions): Promise<LiveContact> {
  const { platform, vault, events, self } = options
  const { host } = platform
  let record = options.record
  const keys: PublicIdentity = { ed25519: record.ed25519, x25519: record.x25519 }
  const idBytes = identityId(host.primitives, keys)
  const id = toHex(idBytes)
  const recordId = toHex(record.conversation)
  const conversation = await openConversation({
    host,
    vault,
    conversation: recordId,
    author: idBytes,
    readByThem: () => record.readByThem,
    dropFile: (file) => transfers.drop(file),
    onOver: () => void correspondence.expire(),
  })
  const pairSecret = pairingSecret(
    host.primitives,
    { x25519Secret: self.secrets.x25519Secret, id: self.id },
    { x25519: keys.x25519, id: idBytes },
  )
  const sessions = createTunnelSessions()
  let linkState: Exclude<ContactState, 'asked'> = 'away'
  let path: PathInfo = { kind: 'unknown', local: '', remote: '' }
  let tunnelView: TunnelView | undefined
  /** Has queue and files. A tunnel that is built beside it gets them with its place, so that no content is overtaken. */
  let carrier: LinkedTunnel | undefined
  let number: string | undefined
  /** A record of zeros must not be stored. */
  let wiped = false

  function changed(change: Partial<ContactRecord>): Change {
    ensure(!wiped, 'closed', 'the vault is locked')
    record = { ...record, ...change }
    return put(CONTACT_TABLE, recordId, ContactRecord, record)
  }

  async function save(change: Partial<ContactRecord>): Promise<void> {
    await vault.commit([changed(change)])
  }

  const link = createLink({
    host,
    transport: platform.transport,
    introducer: options.introducer,
    context: {
      own: { id: self.id, x25519Secret: self.secrets.x25519Secret, device: self.device },
      peer: { id: idBytes, x25519: keys.x25519 },
      role: isOfferer(self.keys.ed25519, keys.ed25519) ? 'offerer' : 'answerer',
      versions: TUNNEL_VERSIONS,
      makeTags: (nonce) => makeTags(shownSecrets(record), self.device, nonce, host),
      pinnedVersion: (device) => pinnedVersion(record, device),
    },
    peerId: idBytes,
    topics: () => topicsOf(record, pairSecret, host),
    iceServers: options.iceServers,
    handlers: {
      onState(state) {
        linkState = state
        if (state !== 'connected') path = { kind: 'unknown', local: '', remote: '' }
        events.emit('presence', view)
      },
      onPath(next) {
        const same = next.kind === path.kind && next.local === path.local && next.remote === path.remote
        path = next
        if (same) return
        events.emit('presence', view)
        tunnelView?.path(next)
      },
      plan(introduction) {
        const plan = planHandshake(record, introduction, host)
        sessions.plan(introduction, plan)
        const ownStatic = { secret: self.secrets.x25519Secret, publicKey: self.keys.x25519 }
        return { ownStatic, peerStatic: keys.x25519, psk0: plan.psk0 }
      },
      persist,
      onReady,
      async onConfirmed(linked) {
        const { plan, secrets } = sessions.of(linked)
        ensure(secrets !== undefined, 'internal', 'confirmed before the keys stood')
        await save(confirmedDevice(record, linked.introduction, plan, secrets.continuity))
      },
      onContent,
      onRecord,
      onCurrent,
      onRoom: () => transfers.room(),
      onEnd(linked) {
        sessions.end(linked)
        if (carrier === linked) unload(linked)
        if (tunnelView?.linked === linked) {
          tunnelView.ended()
          tunnelView = undefined
        }
      },
    },
  })

  const transfers = await createTransfers({
    platform,
    vault,
    contact: id,
    conversation: record.conversation,
    emit(transfer) {
      events.emit('file', transfer)
      tunnelView?.file(transfer)
    },
    queue: (make, changes) => correspondence.queue(make, changes),
  })

  const correspondence = createCorrespondence({
    host,
    conversation,
    contact: id,
    events,
    record: () => record,
    changed,
    filesFor: (content) => transfers.changesFor(content),
    onWritten(isMessage) {
      if (carrier?.tunnel.ready === true) sendQueued(carrier)
      else if (isMessage) waking.once()
    },
  })

  /** 07-13, 07-14: continuity, and the first rendezvous root, before anything is sent. */
  async function persist(linked: LinkedTunnel, secrets: TunnelSecrets): Promise<void> {
    const { introduction } = linked
    const session = sessions.of(linked)
    session.secrets = secrets
    const change = establishedDevice(record, introduction, session.plan, secrets.continuity)
    const { notice } = session.plan
    const stored = rootToBring(record, notice)
    session.agreement = createRootAgreement(stored, secrets.exporter, introduction.epoch, host)
    if (stored === undefined) Object.assign(change, withRoot(record, session.agreement.candidate, notice, host.now()))
    await save(change)
  }

  function onReady(linked: LinkedTunnel): void {
    const { agreement } = sessions.of(linked)
    if (agreement !== undefined) send(linked, agreement.announcement)
    tellWakeToken(linked)
    if (carrier === undefined) load(linked)
  }

  /** A device that nobody accepted gets none (spec/09 section 6). */
  function tellWakeToken(linked: LinkedTunnel): void {
    const token = options.wakeToken()
    if (token.length > 0 && sessions.of(linked).plan.notice === undefined) {
      send(linked, { $case: 'wakeToken', value: { token: token.slice() } })
    }
  }

  function load(linked: LinkedTunnel): void {
    carrier = linked
    transfers.attach(linked.tunnel)
    sendQueued(linked)
  }

  function unload(linked: LinkedTunnel): void {
    carrier = undefined
    transfers.detach(linked.tunnel)
    correspondence.tunnelLost()
  }

  function onCurrent(linked: LinkedTunnel): void {
    tunnelView = createTunnelView({ contact: view, linked, path: () => path, transfers })
    if (carrier === undefined) load(linked)
    if (record.stage !== ContactStage.PAIRED) {
      // If it cannot be stored now, it is with the next change.
      const stored = save({ stage: ContactStage.PAIRED }).catch(() => undefined)
      void stored.then(() => events.emit('contact', view))
    }
    waking.here()
    waiters.look()
  }

  function send(linked: LinkedTunnel, body: NonNullable<Record['body']>): void {
    linked.tunnel.queueRecords([{ body }], 'control')
  }

  function sendQueued({ tunnel }: LinkedTunnel): void {
    correspondence.drain((content) => tunnel.queueContent(content))
  }

  async function onContent(linked: LinkedTunnel, bytes: Uint8Array): Promise<void> {
    const { id: content, added } = await correspondence.receive(bytes)
    if (added !== undefined) tunnelView?.message(added)
    send(linked, { $case: 'receipt', value: { contents: [content] } })
  }

  async function onRecord(linked: LinkedTunnel, { body }: Record): Promise<void> {
    switch (body?.$case) {
      case 'receipt':
        for (const { id: message } of await correspondence.receipt(body.value.contents)) tunnelView?.delivered(message)
        return
      case 'rendezvousHash':
      case 'rendezvousRoot':
        return agree(linked, body)
      case 'wakeToken':
        if (sessions.of(linked).plan.notice === undefined) await save({ wakeToken: body.value.token })
        return
      case 'fileChunk':
      case 'fileProof':
      case 'fileRequest':
      case 'fileProgress':
        return transfers.onRecord(body)
      default:
        // Moves and the last frame belong to path repair: the other side will not start one by itself.
        return
    }
  }

  async function agree(
    linked: LinkedTunnel,
    body: Extract<NonNullable<Record['body']>, { $case: 'rendezvousHash' | 'rendezvousRoot' }>,
  ): Promise<void> {
    const { agreement, plan } = sessions.of(linked)
    ensure(agreement !== undefined, 'internal', 'a record before the keys stood')
    if (body.$case === 'rendezvousRoot') {
      return save(withRoot(record, agreement.takeRoot(body.value), plan.notice, host.now()))
    }
    const { agreed, send: answer } = agreement.takeHash(body.value)
    if (answer !== undefined) send(linked, answer)
    if (agreed !== undefined) await save(withRoot(record, agreed, plan.notice, host.now()))
  }

  const waiters = createWaiters(() => (linkState === 'connected' ? tunnelView : undefined))
  const waking = createContactWake({
    host,
    token: () => record.wakeToken,
    isHere: () => linkState === 'connected',
    say: options.wake,
  })

  // Before anything is shown.
  await correspondence.expire()

  const view: Contact = {
    id,
    get displayName() {
      return record.displayName
    },
    get alias() {
      return record.alias
    },
    get state(): ContactState {
      return linkState === 'away' && record.stage === ContactStage.ASKED ? 'asked' : linkState
    },
    get path() {
      return path.kind
    },
    get safetyNumber() {
      number ??= safetyNumber(host.primitives, self.keys, keys)
      return number
    },
    get verified() {
      return record.verified
    },
    get notice() {
      return record.pendingDevices.length > 0
    },
    acceptDevices: () => save(acceptedDevices(record)),
    connect: (call: CallProgress = {}): Promise<Tunnel> => waiters.wait(call.signal).then(({ tunnel }) => tunnel),
    ...correspondence.writing,
    get timerSeconds() {
      return record.expirySeconds
    },
    get unread() {
      return conversation.unread.length
    },
    get firstUnread() {
      return conversation.unread[0]
    },
    get settings() {
      return shownSettings(record.settings)
    },
    changeSettings: async (change) => save({ settings: changedSettings(record.settings, change) }),
    offerFile: (source, fileOptions) => transfers.offer(source, fileOptions),
    acceptFile: (file) => transfers.accept(file),
    refuseFile: (file) => transfers.refuse(file),
    cancelFile: (file) => transfers.cancel(file),
    ...transfers.received,
    get canWake() {
      return record.wakeToken.length === PROTOCOL.WAKE_TOKEN_SIZE
    },
    wake: () => waking.now(),
    get transfers() {
      return transfers.list()
    },
  }

  return {
    view,
    keys,
    conversation: recordId,
    save,
    start: () => link.start(),
    async stop() {
      link.stop()
      waiters.stop()
      await transfers.close()
      await correspondence.close()
      wiped = true
      wipe(pairSecret, ...recordSecrets(record))
    },
    met: async (signal) => {
      if (record.stage === ContactStage.PAIRED && record.rendezvous !== undefined) return
      await waiters.wait(signal)
    },
    tellWakeToken() {
      if (carrier !== undefined) tellWakeToken(carrier)
    },
    joined: (topics) => link.joined(topics),
    signal: (topic, signal) => link.delivered(topic, signal),
  }
}
