/**
 * A bus over any wire: who else is here. A server says so each second; one that is silent for longer than three of them, or
 * says that it leaves, takes with it what it had told.
 */
import { toHex } from '@solo2/sdk/shared'
import { again, here, KIND, numberAt } from './message.js'
import type { Bus, Heard, Neighbour, Wire } from './port.js'

const SILENT_MS = 3_500
/** Names of servers that fell silent, kept for the case that they come back. */
const SILENT_MAX = 64

interface Known extends Neighbour {
  heardAt: number
}

export interface BusOptions {
  readonly wire: Wire
  readonly name: Uint8Array
  /** Milliseconds that only go forward, whatever a clock does. */
  elapsed(): number
  /** The wire is lost, or back; not told for the first time that it is there. */
  changed(isUp: boolean): void
}

export function createBus({ wire, name, elapsed, changed }: BusOptions): Bus {
  const known = new Map<string, Known>()
  const silent = new Set<string>()
  const listeners = new Map<number, Heard>()
  const forgotten: (() => void)[] = []
  const arrivals: ((neighbour: Neighbour) => void)[] = []
  let wasDown = false

  const drop = (id: string, neighbour: Known) => {
    neighbour.isHere = false
    known.delete(id)
  }
  const neighbourOf = (from: Uint8Array): Known => {
    const id = toHex(from)
    const found = known.get(id)
    if (found !== undefined) {
      found.heardAt = elapsed()
      return found
    }
    const neighbour: Known = { name: from.slice(), isHere: true, heardAt: elapsed() }
    known.set(id, neighbour)
    wire.send(neighbour.name, here(false))
    if (silent.delete(id)) wire.send(neighbour.name, again())
    for (const tell of arrivals) tell(neighbour)
    return neighbour
  }
  const tellAll = () => {
    for (const tell of forgotten) tell()
  }

  wire.start({
    heard(from, message) {
      if (message[0] === KIND.HERE && numberAt(message, 1) === 1) {
        const id = toHex(from)
        const gone = known.get(id)
        if (gone !== undefined) drop(id, gone)
        return
      }
      const neighbour = neighbourOf(from)
      if (message[0] === KIND.AGAIN) tellAll()
      else listeners.get(message[0] as number)?.(neighbour, message)
    },
    up() {
      // What was left meanwhile nobody heard: others begin anew with this server, as with one that has just come.
      if (wasDown) wire.broadcast(here(true))
      wire.broadcast(here(false))
      tellAll()
      if (wasDown) changed(true)
      wasDown = false
    },
    down() {
      for (const [id, neighbour] of known) drop(id, neighbour)
      if (!wasDown) changed(false)
      wasDown = true
    },
  })

  return {
    name,
    get isUp() {
      return wire.isUp
    },
    get neighbours() {
      return known.size
    },
    find: (other) => known.get(toHex(other)),
    hear: (topic, heard) => wire.hear(topic, (from, message) => heard(neighbourOf(from), message)),
    tell: (topic, message) => wire.tell(topic, message),
    send: (to, message) => wire.send(to.name, message),
    broadcast: (message) => wire.broadcast(message),
    on(kind, heard) {
      listeners.set(kind, heard)
    },
    onForgotten(tell) {
      forgotten.push(tell)
    },
    onNeighbour(tell) {
      arrivals.push(tell)
    },
    beat() {
      for (const [id, neighbour] of known) {
        if (elapsed() - neighbour.heardAt <= SILENT_MS) continue
        drop(id, neighbour)
        silent.add(id)
        if (silent.size > SILENT_MAX) for (const oldest of silent) if (silent.delete(oldest)) break
      }
      wire.broadcast(here(false))
    },
    flush: () => wire.flush(),
    async close() {
      wire.broadcast(here(true))
      await wire.flush()
      await wire.close()
    },
  }
}
