/** An unlocked account on this device: contacts, requests, the introduction socket, and one link for each contact. */
import type { IdentityBundle, Person } from '@solo2/proto/account'
import { ContactRecord, ContactStage, SelfRecord } from '@solo2/proto/vault'
import { equal, toHex, wipe } from '../bytes/bytes.js'
import { ensure, Solo2Error } from '../errors.js'
import { ensureNewIdentity, verifyBundle } from '../identity/bundle.js'
import { identityId } from '../identity/id.js'
import { identitySecrets, publicIdentity } from '../identity/keys.js'
import type { PasswordKeys } from '../keys/password.js'
import { PROTOCOL } from '../limits.js'
import type { AccountApi } from '../ports/account-api.js'
import type { Platform } from '../ports/platform.js'
import { accountSecrets } from './account-secrets.js'
import type { Me, MeEvents } from './api.js'
import { createContact } from './contact.js'
import { newContact } from './contact-record.js'
import { removeConversation } from './contact-removal.js'
import { createEmitter } from './emitter.js'
import { createIceServers } from './ice-servers.js'
import { createIntroducers } from './introducers.js'
import { openInvitations } from './invitations.js'
import type { LiveContact } from './live-contact.js'
import { createLocking, keptSelf } from './locking.js'
import { createNetwork, type NetworkPolicy } from './network.js'
import { type LiveNotes, openNotes } from './notes.js'
import { createNotifications } from './notifications.js'
import { ownAccount } from './own-account.js'
import { showJoined } from './own-contacts.js'
import { createOwnDevices, type OwnIdentity } from './own-devices.js'
import { openOwnStore } from './own-store.js'
import { createPairing, type Known } from './pairing.js'
import { quietVault } from './quiet-vault.js'
import { safekeeping } from './safekeeping.js'
import { openSearch } from './search/search.js'
import { createSerial } from './serial.js'
import { watchClock } from './server-clock.js'
import { createSession } from './session.js'
import { type OpenedVault, put, SELF, type Vault, type Wrapping } from './vault-store.js'
import { createWakeSocket } from './wake-socket.js'

export interface OpenMe {
  readonly platform: Platform
  readonly api: AccountApi
  readonly vault: OpenedVault
  readonly self: SelfRecord
  /** The signed public keys, made when they must be published. */
  bundle(self: SelfRecord): IdentityBundle
  /** The keys of a password that was just typed, when the server shall be asked what other devices changed. */
  readonly typed?: PasswordKeys
  /** Brings a backup in, before anything is read. */
  readonly fill?: (vault: Vault, self: SelfRecord) => Promise<void>
}

export async function openMe({
  platform,
  api: bareApi,
  vault: opened,
  self: stored,
  bundle,
  typed,
  fill,
}: OpenMe): Promise<Me> {
  const { host } = platform
  const { header } = opened
  /** Known once the account is read; what is brought in before that has no tunnel to tell of it. */
  let quiet: NetworkPolicy['quiet'] = () => undefined
  const bare = quietVault(opened, () => quiet())
  const events = createEmitter<MeEvents>()
  const contacts = new Map<string, LiveContact>()
  let notes: LiveNotes
  const search = await openSearch({
    vault: bare,
    primitives: host.primitives,
    contacts: () => [...contacts.values(), notes],
    onRebuild: (progress) => events.emit('search', progress),
  })
  const store = await openOwnStore(search.vault, host)
  const { vault } = store
  await fill?.(vault, stored)
  const secrets = identitySecrets(stored.ed25519Seed, stored.x25519Secret)
  const keys = publicIdentity(host.primitives, secrets)
  const ownId = identityId(host.primitives, keys)
  let self = stored
  const iceServers = createIceServers(host, () => session)
  /** One after the other: a button that is pressed twice makes one contact. */
  const adding = createSerial()
  let locked = false
  let closing: Promise<void> | undefined
  const network = createNetwork({
    host,
    self: () => self,
    save: saveSelf,
    iceServers: iceServers.current,
    changed() {
      for (const contact of contacts.values()) contact.networkChanged()
      devices.networkChanged()
    },
  })
  quiet = network.quiet
  const locking = createLocking({ self: () => self, save: saveSelf })

  async function saveSelf(change: Partial<SelfRecord>, wrapping?: Wrapping): Promise<void> {
    self = { ...self, ...change }
    if (locked) return
    const record = put(SELF.table, SELF.id, SelfRecord, keptSelf(self))
    await (wrapping === undefined ? vault.commit([record]) : vault.rewrap(wrapping, [record]))
  }

  const clock = watchClock(bareApi, host.now, (aheadMs) => events.emit('clock', { aheadMs }))
  const session = createSession({
    api: clock.api,
    username: header.username,
    secrets: { authKey: self.authKey, token: self.sessionToken },
    save: ({ authKey, token }, expiresAt) => saveSelf({ authKey, sessionToken: token, sessionExpiresAt: expiresAt }),
    onServer(state) {
      if (state === 'connected') iceServers.forget()
      events.emit('server', state)
    },
    onOver: () => events.emit('session', 'over'),
    onValid() {
      events.emit('session', 'valid')
      // It stopped asking for tickets when the session was over.
      introducer.retry()
    },
  })
  const secretsOfAccount = accountSecrets({ host, session, vault, save: saveSelf })

  const sockets = {
    host,
    signaling: platform.signaling,
    url: `${header.server.replace(/^http/, 'ws')}/v1/introduction`,
    async drawTicket() {
      const { tickets } = await session.call('drawTickets', { count: 1 })
      const [ticket] = tickets
      ensure(ticket?.length === PROTOCOL.TICKET_SIZE, 'internal', 'the server gave no ticket')
      return ticket
    },
  }
  const wakeSocket = createWakeSocket(sockets)
  const introducer = createIntroducers({
    ...sockets,
    onJoined: (topics) => {
      for (const contact of contacts.values()) contact.joined(topics)
      devices.joined(topics)
    },
    onSignal: (topic, signal) => {
      if (devices.signal(topic, signal)) return
      for (const contact of contacts.values()) if (contact.signal(topic, signal)) return
    },
    onRefusal: () => undefined,
  })

  const invitations = await openInvitations({
    host,
    vault,
    server: header.server,
    id: ownId,
    code: () => self.pairingCode,
  })

  const devices = createOwnDevices({
    host,
    transport: platform.transport,
    introducer,
    events,
    store,
    device: self.device,
    own: () => vault.own,
    identity: () => secrets,
    isUndecided: () => self.undecided,
    iceServers: iceServers.current,
    network,
    takeIdentity,
    reopen,
    async restore(call) {
      const { restoreBackup } = await import('./backup-restore.js')
      return restoreBackup({ platform, vault, session, self: () => self, takeIdentity, reopen }, call)
    },
    async decline() {
      await saveSelf({ undecided: false })
      await publish().catch(ignoreRefusal)
    },
    show: () =>
      adding.run(async () => {
        if (!locked) await showJoined(showing)
      }),
  })

  function takeIdentity(identity: OwnIdentity): Promise<void> {
    return saveSelf({ ...identity, bundlePublished: true, undecided: false })
  }

  async function reopen(): Promise<Me> {
    const vault = await bare.handOver()
    // Locking wipes these, and in maximum security mode the vault does not hold them.
    const session = { authKey: self.authKey.slice(), sessionToken: self.sessionToken.slice() }
    await me.lock()
    const kept = await vault.read(SELF.table, SELF.id, SelfRecord)
    ensure(kept !== undefined, 'storage_damaged', 'the vault has no record of its owner')
    return openMe({ platform, api: bareApi, vault, self: { ...kept, ...session }, bundle })
  }

  async function closeContact(id: string): Promise<void> {
    const contact = contacts.get(id)
    contacts.delete(id)
    await contact?.stop()
  }

  /** Tables of conversations change meanwhile, and are read anew. */
  function withContactsClosed<T>(job: () => Promise<T>): Promise<T> {
    return adding.run(async () => {
      ensure(!locked, 'closed', 'the account is locked')
      await Promise.all([notes.stop(), ...[...contacts.keys()].map(closeContact)])
      try {
        return await job()
      } finally {
        await openContacts()
        await showJoined(showing)
      }
    })
  }

  /** 11-126: nobody else has these keys. */
  const isSelf = ({ ed25519 }: ContactRecord) => equal(ed25519, keys.ed25519)

  async function openContacts(): Promise<void> {
    let own: ContactRecord | undefined
    for (const [, record] of await vault.entries('contact', ContactRecord)) {
      if (record.stage === ContactStage.REMOVED) await removeConversation(platform, vault, record.conversation)
      else if (isSelf(record)) own = record
      else await addContact(record, false)
    }
    // Also between taking over another identity and opening anew under it.
    const isUndecided = () => self.undecided || !equal(self.ed25519Seed, stored.ed25519Seed)
    notes = await openNotes({ host, vault, events, self: { keys, id: ownId }, record: own, isUndecided })
  }

  async function openShown(record: ContactRecord): Promise<void> {
    await addContact(record, false)
  }

  async function endRemoval(id: string, conversation: Uint8Array): Promise<void> {
    events.emit('removed', id)
    await removeConversation(platform, vault, conversation)
  }

  async function takeWakeToken(wakeToken: Uint8Array): Promise<void> {
    if (!equal(wakeToken, self.wakeToken)) await saveSelf({ wakeToken, wakePublished: true })
  }

  const showing = {
    ...{ host, store, close: closeContact, open: openShown, removed: endRemoval, takeWakeToken },
    live: (id: string) => (id === notes.view.id ? notes : contacts.get(id)),
  }

  const notifications = createNotifications({
    host,
    session,
    self: () => self,
    save: saveSelf,
    tell() {
      for (const contact of contacts.values()) contact.tellWakeToken()
    },
  })

  /** The mode is the account's: each device follows what the server says of it (11-112). */
  async function followMode(maximumSecurity: boolean): Promise<void> {
    if (maximumSecurity === self.maximumSecurity) return
    await saveSelf({ maximumSecurity })
    if (maximumSecurity) await notifications.disable().catch(ignoreRefusal)
    events.emit('security', { maximumSecurity })
  }

  async function addContact(record: ContactRecord, commit: boolean): Promise<LiveContact> {
    const contact = await createContact({
      platform,
      vault,
      introducer,
      events,
      record,
      iceServers: iceServers.current,
      network,
      obstacle: () =>
        session.isOver
          ? 'session'
          : session.server === 'away'
            ? 'server'
            : introducer.isRefused
              ? 'account'
              : undefined,
      wakeToken: () => self.wakeToken,
      isShared: () => store.replica !== undefined,
      invitations: invitations.secrets,
      confirmed: ({ match }) => (match?.spends === undefined ? [] : invitations.spend(match.spends)),
      wake: wakeSocket.wake,
      renewWakeToken: () => notifications.renew().catch(ignoreRefusal),
      async onRemoved(id) {
        contacts.delete(id)
        events.emit('removed', id)
        await notifications.renew().catch(ignoreRefusal)
      },
      self: { secrets, keys, id: ownId, device: self.device },
    })
    if (commit) await contact.save({})
    contacts.set(contact.view.id, contact)
    contact.start()
    events.emit('contact', contact.view)
    return contact
  }

  function verified(person: Person | undefined): Known {
    ensure(person !== undefined, 'internal', 'the server left out the person')
    ensure(person.bundle !== undefined, 'not_found', 'this person has published no keys yet')
    const theirs = verifyBundle(host.primitives, person.bundle, person.alias)
    const id = toHex(identityId(host.primitives, theirs))
    const others = [...contacts.values()].filter((contact) => contact.view.id !== id).map((contact) => contact.keys)
    ensureNewIdentity(theirs, { own: keys, contacts: others })
    return { person, keys: theirs, id }
  }

  /** The same person again is the same contact: what is known stays. */
  function takeUp(who: Known, stage: ContactStage, code: string, invitation: Uint8Array) {
    const { person, keys: theirs } = who
    return adding.run(async () => {
      ensure(!locked, 'closed', 'the account is locked')
      const known = contacts.get(who.id)
      if (known === undefined) {
        return addContact(newContact({ ...person, ...theirs, stage, code, invitation }, host), true)
      }
      await known.readmit(stage)
      return known
    })
  }

  function isBlocked({ alias }: Person): boolean {
    return [...contacts.values()].some(({ view }) => view.alias === alias && view.blocked)
  }

  /** The first bundle needs the session only; replacing one needs authKey again (spec/05). */
  async function publish(): Promise<void> {
    try {
      await session.call('publishBundle', { bundle: bundle(self), authKey: self.authKey })
    } catch (error) {
      if (!(error instanceof Solo2Error) || error.code !== 'already_exists') throw error
    }
    await saveSelf({ bundlePublished: true })
  }

  const pairing = createPairing({
    host,
    session,
    server: header.server,
    ownCodes: () => [self.pairingCode, self.alias],
    verified,
    isUndecided: () => self.undecided,
    takeUp,
    isBlocked,
    onRequests: (requests) => events.emit('requests', requests),
    async onAnswer() {
      if (!self.bundlePublished && !self.undecided) await publish()
      await notifications.publish()
    },
  })

  const keeping = safekeeping({
    platform,
    vault,
    self: () => self,
    me: () => me,
    madeBackup: (at) => saveSelf({ backedUpAt: BigInt(at) }),
    check: secretsOfAccount.check,
    alone: withContactsClosed,
  })

  const me: Me = {
    get backedUpAt() {
      return self.backedUpAt === 0n ? undefined : Number(self.backedUpAt)
    },
    exportBackup: (call) => keeping.exportBackup(call),
    importBackup: (call) => keeping.importBackup(call),
    readableCopy: (call) => keeping.readableCopy(call),
    notifications,
    devices: devices.view,
    get undecided() {
      return self.undecided
    },
    username: header.username,
    server: header.server,
    get displayName() {
      return self.displayName
    },
    get pairingCode() {
      return self.pairingCode
    },
    get alias() {
      return self.alias
    },
    get serverState() {
      return session.server
    },
    get sessionState() {
      return session.isOver ? 'over' : 'valid'
    },
    get clock() {
      return { aheadMs: clock.aheadMs }
    },
    get contacts() {
      return [...contacts.values()].map(({ view }) => view)
    },
    get notes() {
      return notes.view
    },
    get requests() {
      return pairing.requests
    },
    on: events.on,
    ...ownAccount({
      session,
      now: () => host.now(),
      async named({ displayName, pairingCode, maximumSecurity }) {
        await followMode(maximumSecurity)
        if (displayName === self.displayName && pairingCode === self.pairingCode) return
        await saveSelf({ displayName, pairingCode })
        events.emit('account', { displayName, pairingCode })
      },
    }),
    signIn: secretsOfAccount.signIn,
    changePassword: secretsOfAccount.changePassword,
    newWords: secretsOfAccount.newWords,
    words: secretsOfAccount.words,
    deleteAccount: secretsOfAccount.deleteAccount,
    ...search.calls,
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
    chooseNetwork: network.chooseNetwork,
    iceServers: iceServers.ask,
    contact: (id) => contacts.get(id)?.view,
    invitations,
    pair: pairing.pair,
    acceptInvitation: pairing.acceptInvitation,
    lookForRequests: pairing.lookSoon,
    async logout() {
      // First, while the session holds: whoever logs in next at this browser must not see what is meant for this person.
      await notifications.disable().catch(ignoreRefusal)
      await session.logout().catch(ignoreRefusal)
      await me.lock()
    },
    lock() {
      closing ??= lock()
      return closing
    },
    [Symbol.asyncDispose]: () => me.lock(),
  }

  const stopWatching = platform.network.onChange(() => {
    introducer.roamed()
    devices.roamed()
    void pairing.look()
    for (const contact of contacts.values()) contact.roamed()
  })

  async function lock(): Promise<void> {
    locked = true
    stopWatching()
    pairing.stop()
    session.close()
    devices.stop()
    await adding.idle()
    await Promise.all([notes, ...contacts.values()].map((open) => open.stop()))
    introducer.close()
    wakeSocket.close()
    invitations.close()
    events.clear()
    wipe(secrets.ed25519Seed, secrets.x25519Secret, self.authKey, self.sessionToken, self.wakeToken)
    store.close()
    await vault.close()
  }

  if (!self.bundlePublished && !self.undecided) await publish().catch(ignoreRefusal)
  await openContacts()
  await showJoined(showing)
  await devices.start()
  search.begin()
  pairing.start()
  if (typed !== undefined) void secretsOfAccount.catchUp(typed)
  return me
}

/** The server is away or refuses: publishing is tried again with each poll, and the rest goes on without it. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Solo2Error)) throw error
}
