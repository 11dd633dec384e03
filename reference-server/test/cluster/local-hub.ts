/** Servers in one process that hear each other: the twin of NATS, where messages move only when they are told to. */
import { equal, toHex } from '@solo2/sdk/shared'
import type { Wire, WireEvents } from '../../src/rendezvous/bus/port.js'

export interface LocalHub {
  /** A server's wire. */
  connect(name: Uint8Array): Wire
  /** Carries everything that waits, and what comes of it. */
  run(): void
  /** Loses what waits, and tells every server, as when NATS ends. */
  lose(): void
  restore(): void
}

interface Attached {
  readonly name: Uint8Array
  readonly ears: Map<string, (from: Uint8Array, message: Uint8Array) => void>
  events: WireEvents | undefined
}

export function createLocalHub(): LocalHub {
  const servers: Attached[] = []
  let queue: (() => void)[] = []
  let isUp = true

  const carry = (from: Uint8Array, message: Uint8Array, to: (server: Attached) => WireEvents['heard'] | undefined) => {
    const copy = message.slice()
    message.fill(0)
    if (!isUp) return
    queue.push(() => {
      for (const server of servers) if (!equal(server.name, from)) to(server)?.(from, copy.slice())
      copy.fill(0)
    })
  }
  return {
    connect(name) {
      const self: Attached = { name, ears: new Map(), events: undefined }
      servers.push(self)
      return {
        get isUp() {
          return isUp
        },
        start(events) {
          self.events = events
          events.up()
        },
        hear(topic, heard) {
          const key = toHex(topic)
          self.ears.set(key, heard)
          return () => self.ears.delete(key)
        },
        tell(topic, message) {
          const key = toHex(topic)
          carry(name, message, (server) => server.ears.get(key))
        },
        send: (to, message) =>
          carry(name, message, (server) => (equal(server.name, to) ? server.events?.heard : undefined)),
        broadcast: (message) => carry(name, message, (server) => server.events?.heard),
        flush: async () => {},
        async close() {
          servers.splice(servers.indexOf(self), 1)
        },
      }
    },
    run() {
      for (let step = queue.shift(); step !== undefined; step = queue.shift()) step()
    },
    lose() {
      isUp = false
      queue = []
      for (const server of servers) server.events?.down()
    },
    restore() {
      isUp = true
      for (const server of servers) server.events?.up()
    },
  }
}
