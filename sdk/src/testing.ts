/**
 * `@solo2/sdk/testing`: the in-memory twins of everything outside the client, so that whole clients run in one process,
 * with a clock that stands still and a network that fails on command. And the forms of the vault, by which a vault, its
 * merging and a backup are compared with vectors: they handle keys, so that no entry for programs has them.
 */
import { aliasOf, normaliseCode, randomPairingCode } from './account/codes.js'
import { checkDisplayName, foldUsername } from './account/rules.js'
import { type MemoryAccounts, memoryAccounts } from './adapters/memory/account-service.js'
import { type Clock, type ManualClock, manualClock } from './adapters/memory/clock.js'
import { createFolder, type MemoryFolder, memoryFiles } from './adapters/memory/files.js'
import { memoryHost } from './adapters/memory/host.js'
import { memoryKeystore } from './adapters/memory/keystore.js'
import { seededRandom } from './adapters/memory/random.js'
import { type MemoryRendezvous, memoryRendezvous } from './adapters/memory/rendezvous.js'
import { createDisk, type MemoryDisk, memoryStores } from './adapters/memory/store.js'
import { type MemoryNetwork, memoryNetwork } from './adapters/memory/transport.js'
import { noblePrimitives } from './crypto/primitives-noble.js'
import type { Primitives } from './env.js'
import { verifyBundle } from './identity/bundle.js'
import type { Keystore } from './ports/keystore.js'
import type { Platform } from './ports/platform.js'

export type { MemoryAccounts } from './adapters/memory/account-service.js'
export {
  type Clock,
  type ManualClock,
  type ManualClockOptions,
  manualClock,
  systemClock,
} from './adapters/memory/clock.js'
export {
  besideSource,
  createFolder,
  type MemoryFolder,
  memoryBackup,
  memoryFiles,
  memorySource,
} from './adapters/memory/files.js'
export { memoryKeystore } from './adapters/memory/keystore.js'
export type { MemoryPush } from './adapters/memory/notifications.js'
export { seededRandom } from './adapters/memory/random.js'
export { type MemoryRendezvous, memoryRendezvous } from './adapters/memory/rendezvous.js'
export { createDisk, type MemoryDisk, memoryStores } from './adapters/memory/store.js'
export { type MemoryNetwork, memoryNetwork } from './adapters/memory/transport.js'
export { type CheckedBackup, checkBackup } from './client/backup.js'
export { type SealedFile, type SealedSink, sealedSink, sealedSource } from './client/sealed-file.js'
export type * from './ports/account-api.js'
export type * from './ports/files.js'
export type * from './ports/host.js'
export type * from './ports/keystore.js'
export type * from './ports/network.js'
export type * from './ports/platform.js'
export type * from './ports/signaling.js'
export type * from './ports/store.js'
export type * from './ports/transport.js'
export { type SuiteRunner, type TransportTraits, transportSuite } from './suites/transport.suite.js'
export {
  type BackupHead,
  type BackupHost,
  type BackupWriter,
  backupWriter,
  type Entry as BackupEntryValue,
  makeHead,
  type ReadEntry,
} from './vault/backup-format.js'
export { type StreamKey, streamKey } from './vault/file-stream.js'
export {
  createVaultHeader,
  decodeVaultHeader,
  encodeVaultHeader,
  type NewHeader,
  openVaultKey,
  type SealedByDevice,
  type VaultHost,
} from './vault/header.js'
export { tableKey } from './vault/key-tree.js'
export { checkItem, type ItemValue, joinItems } from './vault/merge/item.js'
export { type Place as RecordPlace, RECORD_VERSION, readRecord, sealRecord } from './vault/record.js'

/** What differs between two worlds. */
export interface WorldOptions {
  /** Same seed, same run. */
  readonly seed?: string
  /** Default: a clock that stands still. */
  readonly clock?: Clock
  /** Default: those of noble, the same in every environment. */
  readonly primitives?: Primitives
}

/** One device: what stays on it when its program ends. */
export interface Device {
  readonly disk: MemoryDisk
  readonly folder: MemoryFolder
  readonly keystore: Keystore
  /** By how many milliseconds this device's clock is ahead of everybody else's. */
  clockAheadMs: number
  /** This device is on another network now. */
  roam(): void
  /** A platform over this device; a second one is the same device after a restart. */
  platform(): Platform
}

/** A server and a network, and devices that reach both. */
export interface World {
  readonly server: string
  readonly clock: Clock
  readonly accounts: MemoryAccounts
  readonly rendezvous: MemoryRendezvous
  readonly network: MemoryNetwork
  /** A new device. Names decide its randomness. */
  device(name: string): Device
  /** The server is gone, both planes; tunnels go on. */
  stopServer(): void
  /** Both planes answer again; accounts are as they were. */
  startServer(): void
}

/** The world with the clock that it has unless told otherwise. */
export interface StillWorld extends World {
  readonly clock: ManualClock
}

/** A server, a network and devices in memory, under a clock that moves only when it is told to. */
export function createWorld(options?: WorldOptions & { readonly clock?: undefined }): StillWorld
/** The same under another clock, for example `systemClock`. */
export function createWorld(options: WorldOptions): World
export function createWorld({
  seed = 'solo2',
  clock = manualClock(),
  primitives = noblePrimitives,
}: WorldOptions = {}): World {
  const random = (name: string) => seededRandom(primitives, `${seed} ${name}`)
  const rendezvous = memoryRendezvous(clock, random('rendezvous'))
  const network = memoryNetwork(clock, random('network'))
  const accounts = memoryAccounts({
    clock,
    random: random('accounts'),
    primitives,
    issueTickets: rendezvous.issueTickets,
    rules: {
      foldUsername,
      checkDisplayName,
      normaliseCode,
      randomPairingCode,
      aliasOf: (internalId) => aliasOf(primitives, internalId),
      checkBundle(bundle, alias) {
        verifyBundle(primitives, bundle, alias)
      },
    },
  })

  rendezvous.onWake = accounts.push.wake

  function device(name: string): Device {
    const disk = createDisk()
    const folder = createFolder()
    const deviceRandom = random(`device ${name}`)
    const keystore = memoryKeystore(deviceRandom)
    const watching = new Set<() => void>()
    const made: Device = {
      disk,
      folder,
      keystore,
      clockAheadMs: 0,
      roam() {
        for (const listener of [...watching]) listener()
      },
      platform: () => ({
        host: memoryHost({ ...clock, now: () => clock.now() + made.clockAheadMs }, deviceRandom, primitives),
        transport: network.transport,
        signaling: rendezvous.signaling,
        accountApi: () => accounts.api,
        stores: memoryStores(disk),
        keystore,
        files: memoryFiles(folder),
        network: {
          onChange(listener) {
            watching.add(listener)
            return () => watching.delete(listener)
          },
        },
      }),
    }
    return made
  }

  return {
    server: 'https://solo2.test',
    clock,
    accounts,
    rendezvous,
    network,
    device,
    stopServer() {
      accounts.stop()
      rendezvous.stop()
    },
    startServer() {
      accounts.start()
      rendezvous.start()
    },
  }
}
