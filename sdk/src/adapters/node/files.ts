/** Files in Node: sources are paths, sealed files lie in their vault's folder, and what is saved goes to another. */
import {
  constants,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  statfs,
  unlink,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fromUtf8, utf8 } from '../../bytes/bytes.js'
import { ensure, Solo2Error } from '../../errors.js'
import type { FilePlace, FileSink, FileSource, Files, SavedFile } from '../../ports/files.js'
import { numberedName, safeName } from '../file-names.js'
import { checkFileId, checkPlace, checkSizes, checkWrite, isFileId, pieces } from '../file-rules.js'
import { storageError } from '../store-rules.js'
import { syncFolder, vaultFolder } from './file-store.js'

/** A file to send. Rejects with `storage_failed` if it cannot be read, `invalid_argument` if it is no ordinary file. */
export async function fileSource(path: string): Promise<FileSource> {
  const file = await guarded(() => open(path, 'r'), 'the file cannot be read')
  const before = await guarded(() => file.stat(), 'the file cannot be read')
  if (!before.isFile()) {
    await file.close()
    throw new Solo2Error('invalid_argument', 'not an ordinary file')
  }
  return {
    name: basename(resolve(path)),
    size: before.size,
    reference: utf8(JSON.stringify([resolve(path), before.size, before.mtimeMs])),
    async read(offset, length) {
      const out = await readAt(file, offset, length)
      await guarded(async () => {
        // Its hash was told already: bytes of a changed file would be refused at the other end.
        const now = await file.stat()
        ensure(
          now.size === before.size && now.mtimeMs === before.mtimeMs,
          'storage_failed',
          'the file has changed since it was offered',
        )
      }, 'the file cannot be read')
      return out
    },
    async close() {
      await file.close()
    },
  }
}

/** `vaults` holds the vaults, one folder each; `downloads` takes what is saved, and is made when the first file is. */
export function folderFiles(vaults: string, downloads: string): Files {
  const arriving = new Map<string, FileSink>()
  const folderOf = ({ vault, conversation }: Pick<FilePlace, 'vault' | 'conversation'>) => {
    checkFileId(conversation)
    return join(vaultFolder(vaults, vault), 'files', conversation)
  }
  const pathOf = (place: FilePlace) => {
    checkPlace(place)
    return join(folderOf(place), place.file)
  }
  return {
    async room() {
      const { bavail, bsize } = await statfs(await nearest(vaults))
      return bavail * bsize
    },
    async sink(place, keep, size) {
      checkSizes(keep, size)
      const path = pathOf(place)
      // A sink that an ended tunnel left behind: the new one goes on from its bytes.
      await arriving.get(path)?.close()
      const sink = await guarded(() => openSink(path, keep, size), 'no room for the file')
      arriving.set(path, sink)
      return sink
    },
    async reopen(reference) {
      const [path, size, mtimeMs] = JSON.parse(fromUtf8(reference)) as [string, number, number]
      const now = await stat(path).catch(() => undefined)
      return now?.size === size && now.mtimeMs === mtimeMs ? await fileSource(path) : undefined
    },
    async source(place) {
      const path = pathOf(place)
      return await guarded(async () => {
        const file = await open(path, constants.O_RDONLY | NO_FOLLOW).catch(unlessMissing)
        if (file === undefined) return undefined
        const { size } = await file.stat()
        return { size, read: (offset, length) => readAt(file, offset, length), close: () => file.close() }
      }, 'the file cannot be read')
    },
    async list(place) {
      const folder = folderOf(place)
      const names = await guarded(() => readdir(folder).catch(unlessMissing), 'the files of the vault cannot be listed')
      return (names ?? []).filter(isFileId)
    },
    async remove(place) {
      const path = pathOf(place)
      await arriving.get(path)?.close()
      arriving.delete(path)
      await guarded(() => rm(path, { force: true }), 'the file cannot be removed')
    },
    async keepOnly(names) {
      const kept = names.map((name) => vaultFolder(vaults, name))
      await guarded(async () => {
        for (const entry of (await readdir(vaults).catch(unlessMissing)) ?? []) {
          const path = join(vaults, entry)
          if (!kept.includes(path)) await rm(join(path, 'files'), { recursive: true, force: true })
        }
      }, 'files cannot be removed')
    },
    async save(id, source) {
      checkFileId(id)
      return await guarded(async () => {
        await mkdir(downloads, { recursive: true })
        const part = join(downloads, `.${id}.solo2-part`)
        const file = await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | NO_FOLLOW, 0o600)
        try {
          let at = 0
          for await (const data of pieces(source)) {
            await writeAt(file, data, at)
            at += data.length
          }
          await file.sync()
        } catch (error) {
          await file.close()
          await rm(part, { force: true })
          throw error
        }
        await file.close()
        return await giveName(downloads, part, safeName(source.name))
      }, 'the file cannot be saved')
    },
  }
}

/** The folder, or the one that it will be made in. */
async function nearest(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder))
}

/** Never through a link that somebody else put there. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0

async function openSink(path: string, keep: number, size: number): Promise<FileSink> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW, 0o600)
  try {
    await file.truncate(keep)
    await file.sync()
    await syncFolder(folder)
  } catch (error) {
    await file.close()
    throw error
  }
  let written = keep
  let closed = false
  let busy: Promise<unknown> = Promise.resolve()
  return {
    async write(offset, data) {
      ensure(!closed, 'closed', 'the sink is closed')
      checkWrite(offset, data.length, written, size)
      busy = guarded(async () => {
        await writeAt(file, data, offset)
        await file.datasync()
      }, 'the file cannot be written')
      await busy
      written += data.length
    },
    async close() {
      if (closed) return
      closed = true
      await busy.catch(() => {})
      await file.close()
    },
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const out = new Uint8Array(length)
  await guarded(async () => {
    for (let at = 0; at < length; ) {
      const { bytesRead } = await file.read(out, at, length - at, offset + at)
      ensure(bytesRead > 0, 'storage_failed', 'the file is shorter than it was')
      at += bytesRead
    }
  }, 'the file cannot be read')
  return out
}

async function writeAt(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let offset = 0; offset < data.length; ) {
    offset += (await file.write(data, offset, data.length - offset, position + offset)).bytesWritten
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** The first free name. A link is made only where nothing is, so that nothing is ever replaced, however many race. */
async function giveName(folder: string, part: string, name: string): Promise<SavedFile> {
  for (let n = 0; ; n++) {
    const candidate = numberedName(name, n)
    const path = join(folder, candidate)
    try {
      await moveExclusively(part, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw error
    }
    await syncFolder(folder)
    return { name: candidate, path }
  }
}

async function moveExclusively(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
    await unlink(from)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    // File systems without hard links (FAT, some network shares): claim the name, then move over the claim.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error
    await (await open(to, 'wx')).close()
    await rename(from, to)
  }
}

async function guarded<T>(action: () => Promise<T>, message: string): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw storageError(error, message)
  }
}
