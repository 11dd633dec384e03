/**
 * The channel in memory: loss-free and ordered as the real one, over a network that a test delays, cuts and ends.
 */
import { toHex } from '../../bytes/bytes.js'
import { ensure, Solo2Error } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import type { Connection, ConnectionEvents, ConnectionOptions, PathInfo, Transport } from '../../ports/transport.js'
import type { Clock } from './clock.js'

/** The network between devices, in memory. */
export interface MemoryNetwork {
  readonly transport: Transport
  /** One way, in milliseconds. 0 delivers in the next microtask. */
  delayMs: number
  /**
   * What ICE finds for connections that open from now on: with `mirror` none opens unless an end was given one. Those that
   * are relay only are always `mirror`.
   */
  path: 'direct' | 'mirror'
  /** Sees each message that is sent; what it returns is delivered instead. For tests of tampering. */
  tap: ((message: Uint8Array, from: Connection) => Uint8Array | undefined) | undefined
  /** No packet passes: open connections see `disconnected`, new ones do not open. */
  cut(): void
  /** Packets pass again: what waited is delivered. */
  heal(): void
  /** ICE chooses another path for the connections that are open, as it may without any other event. */
  reroute(path: 'direct' | 'mirror'): void
  /** ICE gives up: every open connection ends. */
  fail(): void
  /** Open connections, both ends counted. */
  readonly open: number
}

interface End {
  readonly id: string
  readonly options: ConnectionOptions
  readonly events: ConnectionEvents
  readonly connection: Connection
  state: 'new' | 'offering' | 'answering' | 'open' | 'closed'
  /** Its path goes through a mirror. */
  mirror: boolean
  other: End | undefined
  buffered: number
  readonly queue: Uint8Array[]
  busy: boolean
}

/** A network without loss or delay, until it is told otherwise. */
export function memoryNetwork(clock: Clock, random: (length: number) => Uint8Array): MemoryNetwork {
  const ends = new Map<string, End>()
  let up = true

  const network: MemoryNetwork = {
    transport: { connect },
    delayMs: 0,
    path: 'direct',
    tap: undefined,
    cut() {
      if (!up) return
      up = false
      for (const end of opened()) end.events.onPath('disconnected')
    },
    heal() {
      if (up) return
      up = true
      for (const end of opened()) end.events.onPath('connected')
      for (const end of [...ends.values()]) {
        if (end.state === 'open') deliver(end)
        else if (end.state === 'offering' && end.other) openBoth(end)
      }
    },
    reroute(path) {
      for (const end of opened()) end.mirror = path === 'mirror'
    },
    fail() {
      for (const end of opened()) close(end)
    },
    get open() {
      return opened().length
    },
  }

  function opened(): End[] {
    return [...ends.values()].filter((end) => end.state === 'open')
  }

  function later(action: () => void): void {
    if (network.delayMs > 0) clock.after(network.delayMs, action)
    else queueMicrotask(action)
  }

  function connect(options: ConnectionOptions, events: ConnectionEvents): Connection {
    const connection: Connection = {
      async createOffer() {
        begin('offerer', 'offering')
        return await gathered('actpass')
      },
      async acceptOffer(sdp) {
        begin('answerer', 'answering')
        end.other = named(sdp, 'actpass')
        return await gathered('active')
      },
      async acceptAnswer(sdp) {
        ensure(options.role === 'offerer', 'wrong_state', 'only the offerer may do this')
        ensure(end.state !== 'closed', 'closed', 'the connection has ended')
        ensure(end.state === 'offering' && !end.other, 'wrong_state', 'no answer is due')
        const answerer = named(sdp, 'active')
        if (answerer.other !== end) throw refuse()
        end.other = answerer
        if (up) later(() => openBoth(end))
      },
      get bufferedAmount() {
        return end.buffered
      },
      send(message) {
        ensure(end.state === 'open', 'closed', 'the channel is not open')
        const tapped = network.tap ? network.tap(message.slice(), connection) : message
        if (!tapped) return
        // The receiver may keep and change it, the sender too.
        end.queue.push(Uint8Array.from(tapped))
        end.buffered += tapped.length
        deliver(end)
      },
      async path(): Promise<PathInfo> {
        if (end.state !== 'open') return { kind: 'unknown', local: '', remote: '' }
        const { mirror } = end
        const type = mirror ? 'relay' : 'host'
        return { kind: mirror ? 'mirror' : 'direct', local: type, remote: type }
      },
      close: () => close(end),
    }
    const end: End = {
      id: toHex(random(16)),
      options,
      events,
      connection,
      state: 'new',
      mirror: false,
      other: undefined,
      buffered: 0,
      queue: [],
      busy: false,
    }
    ends.set(end.id, end)
    return connection

    function begin(role: ConnectionOptions['role'], state: End['state']): void {
      ensure(options.role === role, 'wrong_state', `only the ${role} may do this`)
      ensure(end.state !== 'closed', 'closed', 'the connection has ended')
      ensure(end.state === 'new', 'wrong_state', 'this connection negotiates already')
      end.state = state
    }

    /** Gathering takes a moment, in which the connection may end. */
    async function gathered(setup: 'actpass' | 'active'): Promise<string> {
      await Promise.resolve()
      ensure(end.state !== 'closed', 'closed', 'the connection has ended')
      return describe(end, setup)
    }

    function named(sdp: string, setup: string): End {
      const id = /^a=ice-ufrag:([0-9a-f]{32})\r$/m.exec(sdp)?.[1] ?? ''
      const found = sdp.includes(`a=setup:${setup}\r\n`) ? ends.get(id) : undefined
      if (!found || found === end) throw refuse()
      return found
    }

    function refuse(): Solo2Error {
      close(end)
      return new Solo2Error('bad_sdp', 'no description of this network')
    }
  }

  function openBoth(offerer: End): void {
    const answerer = offerer.other
    if (!up || offerer.state !== 'offering' || answerer?.state !== 'answering') return
    const both = [offerer, answerer].map(({ options }) => options)
    const mirror = network.path === 'mirror' || both.some(({ relayOnly }) => relayOnly === true)
    const ends = both.map(mirrorEnd).filter((end) => end > clock.now())
    if (mirror && ends.length === 0) return
    // A mirror may refuse to refresh what an ended credential allocated.
    const ended = Math.min(...ends) - clock.now()
    if (mirror && ended < Number.POSITIVE_INFINITY) clock.after(ended, () => close(offerer))
    for (const end of [offerer, answerer]) {
      end.state = 'open'
      end.mirror = mirror
      end.events.onPath('connected')
    }
    for (const end of [offerer, answerer]) if (isOpen(end)) end.events.onOpen()
  }

  /** Gives the next message to the other end; one at a time, so that none overtakes another. */
  function deliver(end: End): void {
    if (end.busy || end.queue.length === 0 || !up) return
    end.busy = true
    later(() => {
      end.busy = false
      if (!up) return
      const message = end.queue.shift()
      if (!message || end.state !== 'open') return
      const before = end.buffered
      end.buffered -= message.length
      if (end.other && isOpen(end.other)) end.other.events.onMessage(message)
      if (before > CHOSEN.LOW_WATER_BYTES && end.buffered <= CHOSEN.LOW_WATER_BYTES && isOpen(end)) end.events.onDrain()
      deliver(end)
    })
  }

  function close(end: End): void {
    if (end.state === 'closed') return
    end.state = 'closed'
    end.queue.length = 0
    ends.delete(end.id)
    queueMicrotask(() => end.events.onClose())
    const other = end.other
    if (other && other.other === end && other.state !== 'closed') later(() => close(other))
  }

  function describe(end: End, setup: 'actpass' | 'active'): string {
    const fingerprint = toHex(random(32))
      .toUpperCase()
      .replace(/..(?=.)/g, '$&:')
    const types = [
      ...(end.options.relayOnly ? [] : ['host']),
      ...(mirrorEnd(end.options) > clock.now() ? ['relay raddr 0.0.0.0 rport 0'] : []),
    ]
    const lines = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      't=0 0',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'c=IN IP4 127.0.0.1',
      'a=mid:0',
      `a=ice-ufrag:${end.id}`,
      `a=ice-pwd:${toHex(random(16))}`,
      `a=fingerprint:sha-256 ${fingerprint}`,
      `a=setup:${setup}`,
      'a=sctp-port:5000',
      ...types.map((type, n) => `a=candidate:${n + 1} 1 UDP ${n + 1} 127.0.0.1 9 typ ${type}`),
    ]
    return `${lines.join('\r\n')}\r\n`
  }

  return network
}

/** Unix milliseconds at which the credential of its mirror ends, which the user name says first; 0 without a mirror. */
function mirrorEnd({ iceServers }: ConnectionOptions): number {
  const mirrors = iceServers.filter(({ urls }) => urls.some((url) => /^turns?:/.test(url)))
  return Math.max(
    0,
    ...mirrors.map(({ username = '' }) => {
      const end = /^(\d+):/.exec(username)?.[1]
      return end === undefined ? Number.POSITIVE_INFINITY : Number(end) * 1_000
    }),
  )
}

function isOpen(end: End): boolean {
  return end.state === 'open'
}
