/**
 * The own devices of one person (spec/07 section 12): finds them on the own topics, lets a new one in by a code, and runs the
 * exchange with a known one. Not its concern: what items mean.
 *
 *   known    other devices of the list: KK over device keys, then the exchange
 *   giving   also one unknown device: NN with the code; a person approves, then it gets the identity
 *   joining  whoever shows the code: NN with the code, then waits for the identity
 */
import { DeviceSight, LinkMessage } from '@solo2/proto/sync'
import { compare, fromHex, fromUtf8, toHex, utf8, wipe } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { ensure, Solo2Error } from '../errors.js'
import type { StaticKeyPair } from '../handshake/noise.js'
import type { MeetingRole } from '../introduction/meeting-state.js'
import { ownTopics } from '../introduction/topics.js'
import type { OwnKeys } from '../keys/derivation.js'
import { PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { IceServer, Transport } from '../ports/transport.js'
import { FIELDS, registerOf } from '../vault/merge/registers.js'
import type { CallProgress, DeviceInvitation, Me, MeEvents, OwnDevice, OwnDevices } from './api.js'
import type { Emitter } from './emitter.js'
import type { Introducer } from './introducer.js'
import { createLink, type Keys, type Link, type LinkedTunnel } from './link.js'
import type { NetworkPolicy } from './network.js'
import { codePsk, newCode, parseCode, qrOf } from './own-code.js'
import { createExchange, type Exchange } from './own-exchange.js'
import { deviceChange } from './own-items.js'
import { createOwnLinks } from './own-links.js'
import type { OwnStore } from './own-store.js'
import { put } from './vault-store.js'
import { TUNNEL_VERSIONS } from './versions.js'

export interface OwnIdentity {
  readonly ed25519Seed: Uint8Array
  readonly x25519Secret: Uint8Array
}

export interface OwnDevicesOptions {
  readonly host: Host
  readonly transport: Transport
  readonly introducer: Introducer
  readonly events: Emitter<MeEvents>
  readonly store: OwnStore
  /** This device, 16 bytes. */
  readonly device: Uint8Array
  own(): OwnKeys
  identity(): OwnIdentity
  readonly isUndecided: () => boolean
  iceServers(): Promise<readonly IceServer[]>
  readonly network: NetworkPolicy
  /** Stores the identity of the account in place of this device's. */
  takeIdentity(identity: OwnIdentity): Promise<void>
  decline(): Promise<void>
  readonly restore: OwnDevices['restore']
  /** Locks, and opens what is stored now. */
  reopen(): Promise<Me>
  /** Brings what was joined to where it is shown. */
  show(): Promise<void>
}

export interface LiveOwnDevices {
  readonly view: OwnDevices
  start(): Promise<void>
  stop(): void
  /** The person chose another pace or other paths. */
  networkChanged(): void
  /** This device is on another network. */
  roamed(): void
  joined(topics: readonly Uint8Array[]): void
  signal(topic: Uint8Array, signal: Uint8Array): boolean
}

interface Known {
  readonly key: Uint8Array
  readonly name: string
}

type Mode =
  | { readonly kind: 'known' }
  | {
      readonly kind: 'giving'
      readonly psk: Uint8Array
      readonly linkNonce: Uint8Array
      asked(name: string, linked: LinkedTunnel): void
      over(error: Solo2Error): void
    }
  | {
      readonly kind: 'joining'
      readonly words: readonly string[]
      readonly name: string
      granted(linked: LinkedTunnel, grant: { identity: OwnIdentity; name: string }): Promise<void>
      over(error: Solo2Error): void
    }

const SIGHT_TABLE = 'device'
const { device: DEVICE } = FIELDS

export function createOwnDevices(options: OwnDevicesOptions): LiveOwnDevices {
  const { host, store, device, events } = options
  let mode: Mode = { kind: 'known' }
  let known = new Map<string, Known>()
  const seen = new Map<string, number>()
  const exchanges = new Map<LinkedTunnel, Exchange>()
  const peerKeys = new Map<LinkedTunnel, Uint8Array>()
  const answered = new WeakSet<LinkedTunnel>()
  let stopped = false

  /** By device ID the smaller one offers; a new device offers to whoever shows a code. */
  function roleWith(peer: Uint8Array): MeetingRole | undefined {
    if (mode.kind === 'joining') return 'offerer'
    // While a code is shown the guest alone is met (07-40).
    if (mode.kind === 'giving' || isGuest(peer)) return mode.kind === 'giving' && isGuest(peer) ? 'answerer' : undefined
    if (links.has(toHex(peer))) return undefined
    return compare(device, peer) < 0 ? 'offerer' : 'answerer'
  }

  /** One that was let in and never came may have lost what it was given: it may come again with a code. */
  function isGuest(peer: Uint8Array): boolean {
    const name = toHex(peer)
    return !known.has(name) || (mode.kind === 'giving' && !seen.has(name))
  }

  function tagsOf(): Uint8Array[] {
    const tags = Array.from({ length: PROTOCOL.HELLO_TAGS }, () => host.random(PROTOCOL.ID_SIZE))
    if (mode.kind === 'giving') tags[0] = mode.linkNonce
    return tags
  }

  function ownStatic(): StaticKeyPair {
    const secret = store.deviceSecret
    ensure(secret !== undefined, 'internal', 'a device without a key')
    return { secret, publicKey: host.primitives.x25519PublicKey(secret) }
  }

  function isLink(linked: LinkedTunnel): boolean {
    return mode.kind === 'joining' || isGuest(linked.introduction.peerDevice)
  }

  function plan(peer: Uint8Array, linkNonce: Uint8Array | undefined): Keys | Promise<Keys> {
    const statics = ownStatic()
    const other = known.get(toHex(peer))
    if (mode.kind === 'joining') {
      ensure(linkNonce !== undefined, 'malformed', 'a Hello has 16 tags')
      return codePsk(host, options.own().linkKey, mode.words, linkNonce).then((psk0) => ({ ownStatic: statics, psk0 }))
    }
    if (other !== undefined && !isGuest(peer))
      return { ownStatic: statics, peerStatic: other.key, psk0: options.own().linkKey }
    ensure(mode.kind === 'giving', 'unknown_device', 'no device is to be let in')
    return { ownStatic: statics, psk0: mode.psk }
  }

  function giveLink(linked: LinkedTunnel, message: NonNullable<LinkMessage['message']>): void {
    const bytes = encode(LinkMessage, { message })
    linked.tunnel.queueContent(bytes)
  }

  async function onLinkMessage(linked: LinkedTunnel, bytes: Uint8Array): Promise<void> {
    const { message } = decodeCanonical(LinkMessage, bytes)
    if (message?.$case === 'request' && mode.kind === 'giving') {
      ensure(isName(message.value.name), 'malformed', 'a device name has 1 to 64 bytes')
      mode.asked(message.value.name, linked)
      return
    }
    ensure(
      message?.$case === 'grant' && mode.kind === 'joining',
      'out_of_order',
      'not what this side of a link is told',
    )
    const { ed25519Seed, x25519Secret, name } = message.value
    ensure(ed25519Seed.length === 32 && x25519Secret.length === 32, 'malformed', 'an identity has two keys of 32 bytes')
    await mode.granted(linked, { identity: { ed25519Seed, x25519Secret }, name })
  }

  function exchangeOn(linked: LinkedTunnel): Exchange {
    return createExchange({
      store,
      device: linked.introduction.peerDevice,
      give: (bytes) => linked.tunnel.queueContent(bytes),
      onProgress: (remaining) => remaining > 0 && events.emit('sync', { remaining }),
      async onRound() {
        await refresh()
        await options.show()
        events.emit('sync', { remaining: 0 })
      },
      fail: (error) =>
        linked.tunnel.end(Solo2Error.from(error, 'internal', 'what own devices share could not be read')),
    })
  }

  function makeLink(): Link {
    const { id, signal } = options.own()
    return createLink({
      host,
      transport: options.transport,
      introducer: options.introducer,
      peerId: id,
      context: {
        own: { id, x25519Secret: signal.secret, device },
        peer: { id, x25519: signal.publicKey },
        role: roleWith,
        versions: TUNNEL_VERSIONS,
        makeTags: tagsOf,
        pinnedVersion: () => 0,
      },
      topics: () => ownTopics(host.primitives, options.own().topicKey, options.own().signal.psk, host.now()),
      iceServers: options.iceServers,
      pace: options.network.pace,
      quiet: options.network.quiet,
      relayOnly: () => options.network.relayOnly(true),
      handlers: {
        onState: () => undefined,
        onPath: () => undefined,
        plan: ({ peerDevice, peerTags }) => plan(peerDevice, peerTags[0]),
        async persist(linked, secrets) {
          if (secrets.peerDeviceKey !== undefined) peerKeys.set(linked, secrets.peerDeviceKey)
          wipe(secrets.continuity, secrets.exporter)
        },
        onReady(linked) {
          answered.add(linked)
          if (mode.kind === 'joining') giveLink(linked, { $case: 'request', value: { name: mode.name } })
          else if (!isLink(linked)) {
            const exchange = exchangeOn(linked)
            exchanges.set(linked, exchange)
            exchange.start()
          }
        },
        onConfirmed: async () => undefined,
        onContent: (linked, bytes) => exchanges.get(linked)?.receive(bytes) ?? onLinkMessage(linked, bytes),
        onRecord: async () => undefined,
        onRoom: () => undefined,
        onCurrent(linked) {
          if (exchanges.has(linked)) links.promote(linked)
          sighted(linked)
        },
        onSettledPath: (linked, state) => links.path(linked, state),
        onEnd(linked, reason) {
          links.gone(linked)
          if (exchanges.delete(linked)) sighted(linked)
          peerKeys.delete(linked)
          // Who made the first step of a link is not told why the giver ended it: the channel closes, or the giver leaves first.
          const isGone = reason === undefined || reason.code === 'path_lost'
          const isRefused = mode.kind === 'joining' && isGone && !answered.has(linked)
          const isAttempt = isRefused || reason?.culprit === 'peer' || reason?.culprit === 'bytes'
          if (mode.kind !== 'known' && isAttempt) mode.over(new Solo2Error('wrong_code', 'Another code was tried.'))
        },
      },
    })
  }
  const links = createOwnLinks({ make: makeLink, isWanted, isLettingIn: () => mode.kind !== 'known' })

  /** Somebody with a code, or a device of the list with which no tunnel stands. */
  function isWanted(): boolean {
    return mode.kind !== 'known' || [...known.keys()].some((id) => id !== toHex(device) && !links.has(id))
  }

  function sighted({ introduction }: LinkedTunnel): void {
    const name = toHex(introduction.peerDevice)
    if (stopped || !known.has(name)) return
    seen.set(name, host.now())
    const record = put(SIGHT_TABLE, name, DeviceSight, { seenAt: BigInt(host.now()) })
    // Not worth more than the tunnel: the next one tells it again.
    void store.vault.commit([record]).catch(() => undefined)
    events.emit('devices', list())
  }

  /** The list, as it is stored. */
  async function refresh(): Promise<void> {
    const next = new Map<string, Known>()
    for (const { id, value } of await store.items('device/')) {
      if (value?.$case !== 'device') continue
      const key = registerOf(value.value, DEVICE.KEY)?.value
      const isRemoved = registerOf(value.value, DEVICE.REMOVED)?.value[0] === 1
      const name = fromUtf8(registerOf(value.value, DEVICE.NAME)?.value ?? new Uint8Array(0))
      if (key?.length === 32 && !isRemoved) next.set(toHex(id), { key, name })
    }
    known = next
    links.keepOnly(new Set(next.keys()))
    links.seek()
    events.emit('devices', list())
  }

  function list(): OwnDevice[] {
    const own = toHex(device)
    const others = [...known].filter(([id]) => id !== own)
    return [[own, known.get(own)?.name ?? ''] as const, ...others.map(([id, { name }]) => [id, name] as const)].map(
      ([id, name]) => ({
        id,
        name,
        current: id === own,
        connected: links.stands(id),
        seenAt: seen.get(id) ?? 0,
      }),
    )
  }

  function enter(next: Mode): void {
    mode = next
    links.renew()
  }

  async function pin(id: Uint8Array, key: Uint8Array | undefined, name: string): Promise<void> {
    ensure(key !== undefined, 'internal', 'a link without a device key')
    await store.write([
      deviceChange(id, { key, name }),
      deviceChange(device, { key: ownStatic().publicKey, ...(mode.kind === 'joining' && { name: mode.name }) }),
    ])
  }

  async function invite(): Promise<DeviceInvitation> {
    ensure(!options.isUndecided(), 'wrong_state', 'this device has nothing to give yet')
    await store.enable()
    const words = newCode(host)
    const linkNonce = host.random(PROTOCOL.ID_SIZE)
    const psk = await codePsk(host, options.own().linkKey, words, linkNonce)
    const expiresAt = host.now() + PROTOCOL.LINK_CODE_MS
    let guest: LinkedTunnel | undefined
    let settle: { resolve(name: string): void; reject(error: Solo2Error): void } = { resolve() {}, reject() {} }
    const asked = new Promise<string>((resolve, reject) => {
      settle = { resolve, reject }
    })
    asked.catch(() => undefined)
    let guestName = ''
    const end = (error: Solo2Error) => {
      cancelTimer()
      if (mode !== giving) return
      wipe(psk)
      settle.reject(error)
      enter({ kind: 'known' })
    }
    const cancelTimer = host.after(PROTOCOL.LINK_CODE_MS, () => end(new Solo2Error('timeout', 'The code is over.')))
    const giving: Mode = {
      kind: 'giving',
      psk,
      linkNonce,
      asked(name, linked) {
        guest = linked
        guestName = name
        settle.resolve(name)
      },
      over: end,
    }
    if (mode.kind !== 'known') mode.over(new Solo2Error('cancelled', 'another code took its place'))
    enter(giving)
    return {
      words,
      qr: qrOf(words),
      expiresAt,
      asked,
      async approve() {
        ensure(guest !== undefined && mode === giving, 'wrong_state', 'no device has shown the code')
        await pin(guest.introduction.peerDevice, peerKeys.get(guest), guestName)
        const { ed25519Seed, x25519Secret } = options.identity()
        const name = known.get(toHex(device))?.name ?? ''
        giveLink(guest, { $case: 'grant', value: { ed25519Seed, x25519Secret, name } })
        cancelTimer()
        wipe(psk)
        // The tunnel of the link is the new device's to end, when it has stored what it got.
        mode = { kind: 'known' }
        await refresh()
      },
      cancel: () => end(new Solo2Error('cancelled', 'The code was taken back.')),
    }
  }

  async function join(code: string, name: string, { signal }: CallProgress = {}): Promise<Me> {
    ensure(options.isUndecided(), 'wrong_state', 'this device has its identity already')
    ensure(isName(name), 'invalid_argument', 'a device name has 1 to 64 bytes of UTF-8')
    const words = parseCode(code)
    await store.enable()
    const abort = new AbortController()
    let cancelTimer = () => {}
    try {
      await new Promise<void>((resolve, reject) => {
        cancelTimer = host.after(PROTOCOL.LINK_CODE_MS, () => reject(new Solo2Error('timeout', 'The code is over.')))
        signal?.addEventListener('abort', () => reject(new Solo2Error('cancelled', 'no longer waited for')), {
          signal: abort.signal,
        })
        enter({
          kind: 'joining',
          words,
          name,
          async granted(linked, grant) {
            await pin(linked.introduction.peerDevice, peerKeys.get(linked), grant.name)
            await options.takeIdentity(grant.identity)
            resolve()
          },
          over: reject,
        })
      })
    } catch (error) {
      enter({ kind: 'known' })
      throw error
    } finally {
      cancelTimer()
      abort.abort()
    }
    return options.reopen()
  }

  store.onWrite(() => {
    for (const exchange of exchanges.values()) exchange.written()
  })

  return {
    view: {
      get list() {
        return list()
      },
      invite,
      join,
      restore: options.restore,
      decline: options.decline,
      async rename(id, name) {
        ensure(isName(name), 'invalid_argument', 'a device name has 1 to 64 bytes of UTF-8')
        ensure(known.has(id), 'not_found', 'no such device')
        await store.write([deviceChange(fromHex(id), { name })])
        await refresh()
      },
      async remove(id) {
        ensure(id !== toHex(device), 'invalid_argument', 'this device is removed by clearing its data')
        ensure(known.has(id), 'not_found', 'no such device')
        await store.write([deviceChange(fromHex(id), { removed: true })])
        await refresh()
      },
    },
    async start() {
      for (const [id, { seenAt }] of await store.vault.entries(SIGHT_TABLE, DeviceSight)) seen.set(id, Number(seenAt))
      await refresh()
    },
    stop() {
      stopped = true
      if (mode.kind !== 'known') mode.over(new Solo2Error('closed', 'the account is locked'))
      links.stop()
    },
    networkChanged: links.networkChanged,
    roamed: links.roamed,
    joined: links.joined,
    signal: links.delivered,
  }
}

function isName(name: string): boolean {
  const { length } = utf8(name)
  return length >= 1 && length <= PROTOCOL.DISPLAY_NAME_BYTES && !/\p{Surrogate}/u.test(name)
}
