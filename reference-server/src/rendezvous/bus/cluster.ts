/** All that servers of a cluster share, put together: who is here, tickets, counts of limits, the day's key. */
import type { SharedDayKey } from '../../memory/day-key.js'
import { createTickets, type Tickets } from '../tickets.js'
import { type Admission, createAdmission, createLoneAdmission, markTicket } from './admission.js'
import { createBus } from './bus.js'
import { createNatsWire } from './nats.js'
import { type Bus, NAME_SIZE } from './port.js'
import { shareDayKey } from './shared-day-key.js'
import { createSharedLimits, type SharedLimits } from './shared-limits.js'

export interface ClusterOptions {
  readonly url: string
  readonly ca: string | undefined
  readonly keys: { readonly bus: Uint8Array; readonly tickets: Uint8Array; readonly limits: Uint8Array }
  readonly dayKey: SharedDayKey
  random(length: number): Uint8Array
  now(): number
  /** NATS is lost, or back. */
  changed(isUp: boolean): void
}

export interface Cluster {
  /** Undefined: this server is the only one. */
  readonly bus: Bus | undefined
  readonly tickets: Tickets
  readonly admission: Admission
  readonly limits: SharedLimits | undefined
}

/** A server that is the only one. */
export function alone(random: (length: number) => Uint8Array, now: () => number): Cluster {
  const tickets = createTickets(random, now)
  return { bus: undefined, tickets, admission: createLoneAdmission(tickets), limits: undefined }
}

/** Resolves when NATS answered, or did not in time; it is tried again for ever then. */
export async function joinCluster(options: ClusterOptions): Promise<Cluster> {
  const { keys, random, now } = options
  const name = random(NAME_SIZE)
  const wire = await createNatsWire({ url: options.url, ca: options.ca, secret: keys.bus, name })
  const bus = createBus({ wire, name, elapsed: () => performance.now(), changed: options.changed })
  const tickets = createTickets(random, now, (ticket) => markTicket(keys.tickets, ticket, name))
  shareDayKey(bus, options.dayKey)
  return {
    bus,
    tickets,
    admission: createAdmission(tickets, bus, keys.tickets),
    limits: createSharedLimits(bus, keys.limits),
  }
}
