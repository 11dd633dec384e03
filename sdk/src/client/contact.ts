/** One contact: its record in the vault, its conversation and transfers, and the link that finds it. */
import type { Record } from '@solo2/proto/tunnel'
import { ContactRecord, ContactStage } from '@solo2/proto/vault'
import { fromHex, toHex, wipe } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import { makeTags } from '../handshake/continuity.js'
import { identityId, isOfferer } from '../identity/id.js'
import type { PublicIdentity } from '../identity/keys.js'
import { safetyNumber, safetyQr } from '../identity/safety-number.js'
import { pairingSecret } from '../introduction/topics.js'
import type { PathInfo } from '../ports/transport.js'
import type { TunnelSecrets } from '../tunnel/tunnel.js'
import type { ContactState, WaitReason } from './api.js'
import {
  confirmedDevice,
  establishedDevice,
  isSpentAtOnce,
  pinnedVersion,
  planHandshake,
  readmitted,
  rootToBring,
  shownSecrets,
  topicsOf,
  withRoot,
} from './contact-record.js'
import { removeConversation, removedContact } from './contact-removal.js'
import { DEFAULT_SETTINGS } from './contact-settings.js'
import { contactView } from './contact-view.js'
import { createContactWake } from './contact-wake.js'
import { openConversation } from './conversation.js'
import { createCorrespondence } from './correspondence.js'
import { CONTACT_TABLE, keepRecord } from './kept-record.js'
import { createLink, type LinkedTunnel } from './link.js'
import type { ContactOptions, LiveContact, Rewritten } from './live-contact.js'
import { createRootAgreement } from './root-agreement.js'
import { createTransfers } from './transfers.js'
import { createTunnelSessions } from './tunnel-sessions.js'
import { createTunnelView, type TunnelView } from './tunnel-view.js'
import { put } from './vault-store.js'
import { verificationOf, verifiedChange } from './verification.js'
import { TUNNEL_VERSIONS } from './versions.js'
import { createWaiters } from './waiters.js'

export async function createContact(options: ContactOptions): Promise<LiveContact> {
  const { platform, vault, events, self } = options
  const { host } = platform
  const { record: first } = options
  const keys: PublicIdentity = { ed25519: first.ed25519, x25519: first.x25519 }
  const idBytes = identityId(host.primitives, keys)
  const id = toHex(idBytes)
  const recordId = toHex(first.conversation)
  const conversation = await openConversation({
    host,
    vault,
    conversation: recordId,
    author: idBytes,
    readByThem: () => kept.now.readByThem,
    isShared: options.isShared,
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
  /** On the latest tunnel. */
  let build: string | undefined
  /** Has queue and files. A tunnel that is built beside it gets them with its place, so that no content is overtaken. */
  let carrier: LinkedTunnel | undefined
  let number: string | undefined
  const kept = keepRecord(vault, options.record)
  const { changed, save } = kept

  const isBlocked = () => kept.now.settings?.blocked === true

  const link = createLink({
    host,
    transport: platform.transport,
    introducer: options.introducer,
    context: {
      own: { id: self.id, x25519Secret: self.secrets.x25519Secret, device: self.device },
      peer: { id: idBytes, x25519: keys.x25519 },
      role: isOfferer(self.keys.ed25519, keys.ed25519) ? 'offerer' : 'answerer',
      versions: TUNNEL_VERSIONS,
      makeTags: (nonce) => makeTags(shownSecrets(kept.now, options.invitations()), self.device, nonce, host),
      pinnedVersion: (device) => pinnedVersion(kept.now, device),
    },
    peerId: idBytes,
    topics: () => topicsOf(kept.now, pairSecret, host),
    iceServers: options.iceServers,
    pace: options.network.pace,
    quiet: options.network.quiet,
    relayOnly: () => options.network.relayOnly(verificationOf(kept.now) !== 'none'),
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
        const plan = planHandshake(kept.now, introduction, options.invitations(), host)
        sessions.plan(introduction, plan)
        const ownStatic = { secret: self.secrets.x25519Secret, publicKey: self.keys.x25519 }
        return { ownStatic, peerStatic: keys.x25519, psk0: plan.psk0 }
      },
      persist,
      onReady,
      async onConfirmed(linked) {
        const { plan, secrets } = sessions.of(linked)
        ensure(secrets !== undefined, 'internal', 'confirmed before the keys stood')
        await save(confirmedDevice(kept.now, linked.introduction, plan, secrets.continuity), options.confirmed(plan))
      },
      onContent,
      onRecord,
      onCurrent,
      onRoom: () => transfers.room(),
      onMoved(linked, before) {
        if (carrier !== linked) return
        transfers.detach(before)
        correspondence.tunnelLost()
        load(linked)
      },
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
    conversation: first.conversation,
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
    record: () => kept.now,
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
    const change = establishedDevice(kept.now, introduction, session.plan, secrets.continuity)
    const { notice } = session.plan
    const stored = rootToBring(kept.now, notice)
    session.agreement = createRootAgreement(stored, secrets.exporter, introduction.epoch, host)
    if (stored === undefined) Object.assign(change, withRoot(kept.now, session.agreement.candidate, notice, host.now()))
    await save(change, isSpentAtOnce(introduction, session.plan) ? options.confirmed(session.plan) : [])
  }

  function onReady(linked: LinkedTunnel): void {
    const { agreement } = sessions.of(linked)
    if (agreement !== undefined) send(linked, agreement.announcement)
    tellWakeToken(linked)
    tellBuild(linked)
    if (carrier === undefined) load(linked)
  }

  /** A device that nobody accepted gets none (spec/09 section 6). */
  function tellWakeToken(linked: LinkedTunnel): void {
    const token = options.wakeToken()
    if (token.length > 0 && sessions.of(linked).plan.notice === undefined) {
      send(linked, { $case: 'wakeToken', value: { token: token.slice() } })
    }
  }

  function tellBuild(linked: LinkedTunnel): void {
    if (platform.build !== undefined && sessions.of(linked).plan.notice === undefined) {
      send(linked, { $case: 'build', value: { hash: fromHex(platform.build) } })
    }
  }

  function showBuild(linked: LinkedTunnel): void {
    const said = sessions.of(linked).build
    if (tunnelView?.linked !== linked || said === build) return
    build = said
    events.emit('presence', view)
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
    showBuild(linked)
    if (carrier === undefined) load(linked)
    if (kept.now.stage !== ContactStage.PAIRED || kept.now.readmitted) {
      // If it cannot be stored now, it is with the next change.
      const stored = save({ stage: ContactStage.PAIRED, readmitted: false }).catch(() => undefined)
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
      case 'build': {
        const session = sessions.of(linked)
        if (session.plan.notice === undefined) session.build = toHex(body.value.hash)
        return showBuild(linked)
      }
      case 'fileChunk':
      case 'fileProof':
      case 'fileRequest':
      case 'fileProgress':
        return transfers.onRecord(body)
      default:
        // The rest is the link's.
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
      return save(withRoot(kept.now, agreement.takeRoot(body.value), plan.notice, host.now()))
    }
    const { agreed, send: answer } = agreement.takeHash(body.value)
    if (answer !== undefined) send(linked, answer)
    if (agreed !== undefined) await save(withRoot(kept.now, agreed, plan.notice, host.now()))
  }

  const waiters = createWaiters(() => (linkState === 'connected' ? tunnelView : undefined))
  const waking = createContactWake({
    host,
    token: () => kept.now.wakeToken,
    isHere: () => linkState === 'connected',
    say: options.wake,
  })

  // Before anything is shown.
  await correspondence.expire()

  async function rewrite(job: () => Promise<Rewritten>): Promise<void> {
    const before = kept.now
    await conversation.rewrite(() => kept.rewrite(job))
    if (kept.isOver) return
    await transfers.reload()
    followLink(before)
    await correspondence.expire()
    events.emit('contact', view)
  }

  /** A tunnel that stands stays; whoever is still looked for may be found elsewhere now. */
  function followLink(before: ContactRecord): void {
    const names = (of: ContactRecord) => {
      const topics = topicsOf(of, pairSecret, host)
      wipe(...topics.map(({ psk }) => psk))
      return topics.map(({ topic }) => toHex(topic)).join()
    }
    const isElsewhere = link.current === undefined && names(before) !== names(kept.now)
    const wasBlocked = before.settings?.blocked === true
    if (isBlocked() || isElsewhere) link.stop()
    if (!isBlocked() && (wasBlocked || isElsewhere)) link.start()
  }

  /** Tunnel, topics and our wake token, which makes way for another one, are not for this contact any more. */
  async function setBlocked(blocked: boolean): Promise<void> {
    if (isBlocked() === blocked) return
    await save({ settings: { ...(kept.now.settings ?? DEFAULT_SETTINGS), blocked } })
    if (blocked) {
      link.stop()
      await options.renewWakeToken()
    } else {
      link.start()
    }
    events.emit('presence', view)
  }

  function waitsFor(): WaitReason | undefined {
    if (linkState === 'connected') return undefined
    if (isBlocked()) return 'blocked'
    if (linkState === 'connecting') return 'path'
    return options.obstacle() ?? (kept.now.stage === ContactStage.ASKED ? 'asked' : 'contact')
  }

  async function tryNow(): Promise<void> {
    ensure(!isBlocked(), 'wrong_state', 'this contact is blocked')
    if (linkState !== 'away') return
    link.stop()
    link.start()
    options.introducer.retry()
    // Whether it may be woken, and how often, is its own matter.
    await waking.now().catch(() => undefined)
  }

  /** Gone with this one commit: what is left to delete is deleted now, or when the vault is opened next. */
  async function removeContact(): Promise<void> {
    ensure(!kept.isOver, 'closed', 'the vault is locked')
    kept.end()
    await vault.commit([put(CONTACT_TABLE, recordId, ContactRecord, removedContact(kept.now))])
    await stop()
    await options.onRemoved(id)
    await removeConversation(platform, vault, first.conversation)
  }

  async function stop(): Promise<void> {
    link.stop()
    waiters.stop()
    waking.stop()
    await transfers.close()
    await correspondence.close()
    await kept.close()
    wipe(pairSecret)
  }

  const view = contactView({
    id,
    record: () => kept.now,
    save,
    linkState: () => linkState,
    path: () => path,
    build: () => build,
    waitsFor,
    diagnosis: () => link.diagnosis,
    tryNow,
    safetyNumber() {
      number ??= safetyNumber(host.primitives, self.keys, keys)
      return number
    },
    safetyQr: () => safetyQr(host.primitives, self.keys, keys),
    async setVerified(verified, scanned) {
      await save(verifiedChange(host.primitives, verified, scanned, self.keys, keys))
      link.networkChanged()
    },
    waiters,
    waking,
    correspondence,
    conversation,
    transfers,
    setBlocked,
    remove: removeContact,
  })

  return {
    view,
    keys,
    conversation: recordId,
    save,
    start() {
      if (!isBlocked()) link.start()
    },
    async readmit(stage) {
      ensure(!isBlocked(), 'wrong_state', 'this contact is blocked')
      const paired = stage === ContactStage.PAIRED ? { stage } : {}
      if (link.current !== undefined) return save(paired)
      await save({ ...paired, ...readmitted(kept.now, host.now()) })
      // The pairing topic too, from now on.
      link.stop()
      link.start()
    },
    rewrite,
    stop,
    met: async (signal) => {
      const hasMet = kept.now.stage === ContactStage.PAIRED && kept.now.rendezvous !== undefined
      if (!hasMet || kept.now.readmitted) await waiters.wait(signal)
    },
    tellWakeToken() {
      if (carrier !== undefined) tellWakeToken(carrier)
    },
    networkChanged: link.networkChanged,
    roamed: link.roamed,
    joined: (topics) => link.joined(topics),
    signal: (topic, signal) => link.delivered(topic, signal),
  }
}
