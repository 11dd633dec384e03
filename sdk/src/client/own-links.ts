/**
 * The tunnels between the own devices of one person (06-72): one with each of them, and one link, the seeker, that looks for
 * those that are missing. Two links never say Hello at once: to others they would be one device with two nonces.
 */
import { toHex } from '../bytes/bytes.js'
import type { Link, LinkedTunnel } from './link.js'

export interface OwnLinks {
  /** Looks for who is missing, or for nobody any more. */
  seek(): void
  /** Another mode: whoever is looked for is looked for anew. Tunnels that stand stay. */
  renew(): void
  /** The seeker's tunnel carries the exchange: it is that device's from now on, in place of an older one. */
  promote(linked: LinkedTunnel): void
  /** A tunnel is gone. */
  gone(linked: LinkedTunnel): void
  /** The path of a tunnel is lost, or came back: another tunnel may take its place. */
  path(linked: LinkedTunnel, state: 'connected' | 'disconnected'): void
  /** A tunnel stands with that device, hex digits, and its path is there as far as is known. */
  has(device: string): boolean
  /** Whether what carries the exchange with that device, hex digits, stands. */
  stands(device: string): boolean
  /** Ends the tunnels with all devices but these, hex digits. */
  keepOnly(devices: ReadonlySet<string>): void
  stop(): void
  networkChanged(): void
  roamed(): void
  joined(topics: readonly Uint8Array[]): void
  delivered(topic: Uint8Array, signal: Uint8Array): boolean
}

export interface OwnLinksOptions {
  make(): Link
  /** Whether somebody is to be met. */
  isWanted(): boolean
  /** Whether that is a device with a code, or who shows one: nobody else is looked for then (07-40). */
  isLettingIn(): boolean
}

export function createOwnLinks({ make, isWanted, isLettingIn }: OwnLinksOptions): OwnLinks {
  const standing = new Map<string, { readonly link: Link; readonly linked: LinkedTunnel }>()
  /** Devices whose tunnel lost its path. */
  const shaky = new Set<string>()
  let seeker = make()
  let isSeeking = false
  let isStopped = false

  const deviceOf = ({ introduction }: LinkedTunnel): string => toHex(introduction.peerDevice)
  const isOf = (linked: LinkedTunnel): boolean => standing.get(deviceOf(linked))?.linked === linked

  function seek(): void {
    const wanted = !isStopped && isWanted()
    if (wanted && !isSeeking) seeker.start()
    if (!wanted && isSeeking) seeker.stop()
    isSeeking = wanted
  }

  function renew(): void {
    if (isSeeking) seeker.stop()
    isSeeking = false
    seeker = make()
    seek()
  }

  /**
   * The other one may have said Hello before: a fresh one asks for another. But a device that is being let in, or has its
   * grant on the way, loses nothing by it: the seeker looks on by itself when that tunnel ends.
   */
  function seekAnew(): void {
    if (isLettingIn() || seeker.current !== undefined) seek()
    else renew()
  }

  return {
    seek,
    renew,
    promote(linked) {
      const device = deviceOf(linked)
      const before = standing.get(device)
      standing.set(device, { link: seeker, linked })
      shaky.delete(device)
      seeker.settle()
      isSeeking = false
      before?.link.stop()
      renew()
    },
    gone(linked) {
      const device = deviceOf(linked)
      const over = standing.get(device)
      if (over?.linked !== linked) return
      standing.delete(device)
      shaky.delete(device)
      over.link.stop()
      seekAnew()
    },
    path(linked, state) {
      if (!isOf(linked)) return
      const device = deviceOf(linked)
      if (state === 'connected') {
        shaky.delete(device)
        seek()
      } else if (!shaky.has(device)) {
        shaky.add(device)
        seekAnew()
      }
    },
    has: (device) => standing.has(device) && !shaky.has(device),
    stands: (device) => standing.has(device),
    keepOnly(devices) {
      for (const [device, { link }] of [...standing]) if (!devices.has(device)) link.stop()
    },
    stop() {
      isStopped = true
      for (const { link } of [...standing.values()]) link.stop()
      seek()
    },
    networkChanged() {
      for (const { link } of [...standing.values()]) link.networkChanged()
      if (isSeeking) seeker.networkChanged()
    },
    roamed() {
      for (const { link } of [...standing.values()]) link.roamed()
      if (isSeeking) seeker.roamed()
    },
    joined: (topics) => seeker.joined(topics),
    delivered: (topic, signal) => seeker.delivered(topic, signal),
  }
}
