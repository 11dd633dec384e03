/** Files in Node: sources are paths; what arrives goes to a downloads folder. */
import { constants, type FileHandle, link, mkdir, open, rename, rm, unlink } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ensure, Solo2Error } from '../../errors.js'
import type { FileSink, FileSource, Files, SavedFile } from '../../ports/files.js'
import { numberedName, safeName } from '../file-names.js'
import { checkSink, checkWrite, durableBytes } from '../file-rules.js'
import { syncFolder } from './file-store.js'

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
    async read(offset, length) {
      const out = new Uint8Array(length)
      await guarded(async () => {
        for (let at = 0; at < length; ) {
          const { bytesRead } = await file.read(out, at, length - at, offset + at)
          ensure(bytesRead > 0, 'storage_failed', 'the file is shorter than it was')
          at += bytesRead
        }
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

/** `folder` is made when the first file arrives. */
export function folderFiles(folder: string): Files {
  const arriving = new Map<string, FileSink>()
  return {
    async sink(id, name, size) {
      checkSink(id, size)
      // A sink that an ended tunnel left behind: the new one goes on from its bytes.
      await arriving.get(id)?.close()
      const sink = await guarded(() => openSink(folder, id, name, size), 'no room for the file')
      arriving.set(id, sink)
      return sink
    },
  }
}

async function openSink(folder: string, id: string, name: string, size: number): Promise<FileSink> {
  await mkdir(folder, { recursive: true })
  const part = join(folder, `.${id}.solo2-part`)
  // Never through a link that somebody else put there.
  const file = await open(part, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600)
  let durable: number
  try {
    // What a crash left behind the last whole block may be anything.
    durable = durableBytes((await file.stat()).size, size)
    await file.truncate(durable)
    await file.sync()
  } catch (error) {
    await file.close()
    throw error
  }
  let closed = false
  let busy: Promise<unknown> = Promise.resolve()

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    await busy.catch(() => {})
    await file.close()
  }

  return {
    close,
    get durable() {
      return durable
    },
    async write(offset, data) {
      ensure(!closed, 'closed', 'the sink is closed')
      checkWrite(offset, data.length, durable, size)
      busy = guarded(() => writeAt(file, data, offset), 'the file cannot be written')
      await busy
      durable += data.length
    },
    async finish() {
      ensure(!closed, 'closed', 'the sink is closed')
      ensure(durable === size, 'wrong_state', 'the file is not whole')
      await close()
      return await guarded(() => giveName(folder, part, safeName(name)), 'the file cannot be given its name')
    },
    async discard() {
      await close()
      await guarded(() => rm(part, { force: true }), 'the unfinished file cannot be removed')
    },
  }
}

async function writeAt(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let offset = 0; offset < data.length; ) {
    offset += (await file.write(data, offset, data.length - offset, position + offset)).bytesWritten
  }
  await file.datasync()
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
    throw Solo2Error.from(error, 'storage_failed', message)
  }
}
