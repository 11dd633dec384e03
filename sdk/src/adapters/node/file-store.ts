/** The store on files: one folder a vault, holding its log (see store-log.ts), its lock and its device key. */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ensure, Solo2Error } from '../../errors.js'
import type { Store, Stores, Write } from '../../ports/store.js'
import { checkName, ownBatch, storageError } from '../store-rules.js'
import { takeLock } from './lock-file.js'
import { applyWrite, encodeRecord, LOG_HEADER, readLog, type Tables } from './store-log.js'

/** A log is written anew when it is over this and over twice of what lives in it. Bytes. */
const COMPACT_BYTES = 1_048_576

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
      const log = join(vaultFolder(folder, name), 'log')
      if (!(await exists(log))) return undefined
      const { tables } = readLog(await wrapped(() => readFile(log)))
      return tables.get(table)?.get(id)
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
  if (!(await exists(logPath))) await replaceLog(path, new Map())
  const content = readLog(await readFile(logPath))
  const tables = content.tables
  let { sequence, length } = content
  let file = await open(logPath, 'r+')
  let waiting: { writes: Write[]; resolve: () => void; reject: (error: Solo2Error) => void }[] = []
  let running: Promise<void> | undefined
  let broken = false
  let closed = false
  // A torn record must be gone before the next one is written over it: a shorter one would leave its end behind.
  await file.truncate(length)
  await file.sync()

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
      if (length > COMPACT_BYTES && length > 2 * liveBytes(tables)) await compact()
    }
    running = undefined
  }

  async function append(writes: readonly Write[]): Promise<void> {
    ensure(!broken, 'storage_failed', 'an earlier write failed half-way')
    const record = encodeRecord(sequence + 1, writes)
    try {
      await writeAll(file, record, length)
      await file.datasync()
    } catch (error) {
      // What got through must not be found by the next start: nobody was told that it is there.
      await file.truncate(length).catch(() => {
        broken = true
      })
      throw error
    }
    sequence++
    length += record.length
    for (const write of writes) applyWrite(tables, write)
  }

  async function compact(): Promise<void> {
    try {
      const fresh = await replaceLog(path, tables)
      await file.close().catch(() => {})
      file = await open(logPath, 'r+')
      sequence = fresh.sequence
      length = fresh.length
    } catch {
      // The old log is whole; but if the new one is in place already, writing on to the old one would be lost.
      broken = (await stat(logPath).catch(() => undefined))?.ino !== (await file.stat().catch(() => undefined))?.ino
    }
  }

  const table = (name: string): Map<string, Uint8Array> => {
    ensure(!closed, 'closed', 'the store is closed')
    checkName(name)
    return tables.get(name) ?? new Map()
  }

  return {
    name,
    read: async (of, id) => table(of).get(id)?.slice(),
    ids: async (of) => [...table(of).keys()].sort(),
    entries: async (name) =>
      [...table(name)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, value]): [string, Uint8Array] => [id, value.slice()]),
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
      await file.close()
      await unlock()
    },
  }
}

function liveBytes(tables: Tables): number {
  let bytes = 0
  for (const [table, entries] of tables) {
    for (const [id, value] of entries) bytes += table.length + id.length + value.length + 7
  }
  return bytes
}

/** Writes the tables as a new log and puts it in the place of the old one, whole or not at all. */
async function replaceLog(path: string, tables: Tables): Promise<{ sequence: number; length: number }> {
  const logPath = join(path, 'log')
  const file = await open(`${logPath}.new`, 'w', 0o600)
  let sequence = 0
  let length = 0
  try {
    await writeAll(file, LOG_HEADER, 0)
    length = LOG_HEADER.length
    const writes: Write[] = []
    for (const [table, entries] of tables) for (const [id, value] of entries) writes.push({ table, id, value })
    for (let from = 0; from < writes.length; from += COMPACT_BATCH) {
      const record = encodeRecord(++sequence, writes.slice(from, from + COMPACT_BATCH))
      await writeAll(file, record, length)
      length += record.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${logPath}.new`, logPath)
  await syncFolder(path)
  await syncFolder(join(path, '..'))
  return { sequence, length }
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
