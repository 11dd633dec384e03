/** The store on files: one folder a vault, holding its log (see store-log.ts), its lock and its device key. */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ensure, Solo2Error } from '../../errors.js'
import type { Store, Stores, Write } from '../../ports/store.js'
import { checkName, ownBatch, storageError } from '../store-rules.js'
import { takeLock } from './lock-file.js'
import { encodeRecord, LOG_HEADER, type LogIndex, type Place, readLog } from './store-log.js'

/** A log is written anew when it is over this and over twice of what lives in it. Bytes. */
const COMPACT_BYTES = 1_048_576

/** Values of a table are read at once as far as no more than this lies between two of them, and no more than that in all. */
const GAP_BYTES = 4_096
const SPAN_BYTES = 1_048_576

/** Writes in one record of a compacted log, so that no record grows with the vault. */
const COMPACT_BATCH = 256

export function fileStores(folder: string): Stores {
  return {
    async open(name) {
      const path = vaultFolder(folder, name)
      await wrapped(() => mkdir(path, { recursive: true, mode: 0o700 }))
      const unlock = await takeLock(join(path, 'lock'))
      try {
        return await openStore(name, path, unlock)
      } catch (error) {
        await unlock()
        throw Solo2Error.from(error, 'storage_failed', 'the vault cannot be opened')
      }
    },
    async peek(name, table, id) {
      const path = join(vaultFolder(folder, name), 'log')
      if (!(await exists(path))) return undefined
      const log = await wrapped(() => openLog(path, 'r'))
      const place = log.index.tables.get(table)?.get(id)
      try {
        return await reading(log, () => valueAt(log.file, place))
      } finally {
        await ended(log)
      }
    },
    async list() {
      const found: string[] = []
      for (const entry of await readdir(folder).catch(() => [])) {
        const name = vaultName(entry)
        // A folder with a device key only is no vault yet.
        if (name !== undefined && (await exists(join(folder, entry, 'log')))) found.push(name)
      }
      return found.sort()
    },
    async destroy(name, { evenIfOpen } = { evenIfOpen: false }) {
      const path = vaultFolder(folder, name)
      if (!(await exists(path))) return
      const unlock = evenIfOpen ? async () => undefined : await takeLock(join(path, 'lock'))
      try {
        // The log first: a crash in between leaves no vault that opens half.
        await wrapped(() => rm(join(path, 'log'), { force: true }))
        await wrapped(() => rm(path, { recursive: true, force: true }))
      } finally {
        await unlock()
      }
    },
  }
}

/** Any name as one folder's name that is the same on file systems that fold case: capitals are written in hex. */
export function vaultFolder(folder: string, name: string): string {
  checkName(name)
  const encoded = name.replace(/[^a-z0-9_-]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  ensure(encoded.length <= 240, 'invalid_argument', 'the name of the vault is too long for a folder')
  return join(folder, `vault-${encoded}`)
}

function vaultName(entry: string): string | undefined {
  if (!entry.startsWith('vault-')) return undefined
  return entry.slice(6).replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

async function openStore(name: string, path: string, unlock: () => Promise<void>): Promise<Store> {
  const logPath = join(path, 'log')
  await unlink(`${logPath}.new`).catch(() => {})
  if (!(await exists(logPath))) await replaceLog(path)
  let log = await openLog(logPath, 'r+')
  let waiting: { writes: Write[]; resolve: () => void; reject: (error: Solo2Error) => void }[] = []
  let running: Promise<void> | undefined
  let broken = false
  let closed = false
  // A torn record must be gone before the next one is written over it: a shorter one would leave its end behind.
  await log.file.truncate(log.length)
  await log.file.sync()

  /** Writes what waits as one record, until nothing waits: concurrent commits share the wait for the disk. */
  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await append(batch.flatMap(({ writes }) => writes))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        const failure = storageError(error, 'the vault cannot be written')
        for (const { reject } of batch) reject(failure)
      }
      if (log.length > COMPACT_BYTES && log.length > 2 * log.index.liveBytes) await compact()
    }
    running = undefined
  }

  async function append(writes: readonly Write[]): Promise<void> {
    ensure(!broken, 'storage_failed', 'an earlier write failed half-way')
    const { file, length } = log
    const record = encodeRecord(log.sequence + 1, writes)
    try {
      await writeAll(file, record.bytes, length)
      await file.datasync()
    } catch (error) {
      // What got through must not be found by the next start: nobody was told that it is there.
      await file.truncate(length).catch(() => {
        broken = true
      })
      throw error
    }
    log.sequence++
    log.length += record.bytes.length
    log.index.apply(length, record.writes)
  }

  async function compact(): Promise<void> {
    try {
      await replaceLog(path, log)
      const old = log
      log = await openLog(logPath, 'r+')
      await ended(old)
    } catch {
      // The old log is whole; but if the new one is in place already, writing on to the old one would be lost.
      broken = (await stat(logPath).catch(() => undefined))?.ino !== (await log.file.stat().catch(() => undefined))?.ino
    }
  }

  const entriesOf = (table: string): ReadonlyMap<string, Place> => {
    ensure(!closed, 'closed', 'the store is closed')
    checkName(table)
    return log.index.tables.get(table) ?? new Map()
  }

  return {
    name,
    async read(table, id) {
      const place = entriesOf(table).get(id)
      const { file } = log
      return await reading(log, () => valueAt(file, place))
    },
    ids: async (table) => [...entriesOf(table).keys()].sort(),
    async entries(table) {
      const found = [...entriesOf(table)].sort(([a], [b]) => (a < b ? -1 : 1))
      const { file } = log
      return await reading(log, () => valuesOf(file, found))
    },
    async commit(writes) {
      ensure(!closed, 'closed', 'the store is closed')
      const own = ownBatch(writes)
      if (own.length === 0) return
      await new Promise<void>((resolve, reject) => {
        waiting.push({ writes: own, resolve, reject })
        running ??= run()
      })
    },
    async close() {
      if (closed) return
      closed = true
      await running
      await ended(log)
      await unlock()
    },
  }
}

/** An open log and what lives in it. */
interface Log {
  readonly file: FileHandle
  readonly index: LogIndex
  sequence: number
  length: number
  /** Under way: the file is closed behind them. */
  readonly reads: Set<Promise<unknown>>
}

async function openLog(path: string, flags: 'r' | 'r+'): Promise<Log> {
  const file = await open(path, flags)
  try {
    const { size } = await file.stat()
    return { file, ...(await readLog({ size, read: (at, length) => bytesAt(file, at, length) })), reads: new Set() }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function ended({ file, reads }: Log): Promise<void> {
  await Promise.allSettled(reads)
  await file.close().catch(() => {})
}

async function reading<T>({ reads }: Log, action: () => Promise<T>): Promise<T> {
  const read = action()
  reads.add(read)
  try {
    return await read
  } catch (error) {
    throw Solo2Error.from(error, 'storage_failed', 'the vault cannot be read')
  } finally {
    reads.delete(read)
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  // Not of the pool: a value that is kept would keep all of it.
  const out = Buffer.allocUnsafeSlow(length)
  for (let offset = 0; offset < length; ) {
    const { bytesRead } = await file.read(out, offset, length - offset, at + offset)
    ensure(bytesRead > 0, 'storage_damaged', 'the log became shorter')
    offset += bytesRead
  }
  return out
}

async function valueAt(file: FileHandle, place: Place | undefined): Promise<Uint8Array | undefined> {
  return place && new Uint8Array((await bytesAt(file, place.at, place.length)).buffer)
}

/** Of one table: what lies side by side is read at once. */
async function valuesOf(file: FileHandle, found: readonly [string, Place][]): Promise<[string, Uint8Array][]> {
  const values = new Map<string, Uint8Array>()
  const inOrder = found.toSorted(([, a], [, b]) => a.at - b.at)
  for (let from = 0; from < inOrder.length; ) {
    const start = inOrder[from]?.[1].at ?? 0
    let end = start
    let to = from
    for (; to < inOrder.length; to++) {
      const { at, length } = (inOrder[to] as [string, Place])[1]
      if (to > from && (at - end > GAP_BYTES || at + length - start > SPAN_BYTES)) break
      end = at + length
    }
    const span = await bytesAt(file, start, end - start)
    for (const [id, { at, length }] of inOrder.slice(from, to)) {
      values.set(id, Uint8Array.from(span.subarray(at - start, at - start + length)))
    }
    from = to
  }
  return found.map(([id]) => [id, values.get(id) as Uint8Array])
}

/** Writes what lives in `old`, if there is one, as a new log and puts it in the place of the one that is there, whole or not at all. */
async function replaceLog(path: string, old?: Log): Promise<void> {
  const logPath = join(path, 'log')
  const file = await open(`${logPath}.new`, 'w', 0o600)
  try {
    await writeAll(file, LOG_HEADER, 0)
    let length = LOG_HEADER.length
    let sequence = 0
    for await (const writes of old === undefined ? [] : batchesOf(old)) {
      const { bytes } = encodeRecord(++sequence, writes)
      await writeAll(file, bytes, length)
      length += bytes.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${logPath}.new`, logPath)
  await syncFolder(path)
  await syncFolder(join(path, '..'))
}

async function* batchesOf({ file, index }: Log): AsyncGenerator<Write[]> {
  for (const [table, entries] of index.tables) {
    const all = [...entries]
    for (let from = 0; from < all.length; from += COMPACT_BATCH) {
      const values = await valuesOf(file, all.slice(from, from + COMPACT_BATCH))
      yield values.map(([id, value]) => ({ table, id, value }))
    }
  }
}

async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let offset = 0; offset < data.length; ) {
    offset += (await file.write(data, offset, data.length - offset, position + offset)).bytesWritten
  }
}

/** Makes a rename durable. Windows cannot open a folder and does not need it. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

async function wrapped<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw Solo2Error.from(error, 'storage_failed', 'the folder of the vaults cannot be written')
  }
}
