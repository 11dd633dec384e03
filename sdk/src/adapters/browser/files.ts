/**
 * Sealed files in a browser. They lie in the origin's private file system, which keeps memory flat; where there is none, a
 * bounded buffer takes its place. What is saved is a Blob, for a download: nothing received is ever opened in our origin
 * (C1).
 */
import { ensure, Solo2Error } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import type { ByteSource, FilePlace, FileSink, Files } from '../../ports/files.js'
import { safeName } from '../file-names.js'
import { checkFileId, checkPlace, checkSizes, checkWrite, isFileId, pieces } from '../file-rules.js'
import { blobBytes, memoryFiles } from './memory-files.js'
import { type FileWorker, type StartFileWorker, startFileWorker, startWorker } from './opfs-client.js'

const FOLDER = 'solo2-files'

export function browserFiles(start: StartFileWorker = startWorker): Files {
  const memory = memoryFiles()
  const arriving = new Map<string, FileSink>()
  /** Any vault's name as the name of one folder. */
  const folderName = (vault: string) => encodeURIComponent(vault).replaceAll('.', '%2E')
  const folders = ({ vault, conversation }: Pick<FilePlace, 'vault' | 'conversation'>) => {
    checkFileId(conversation)
    return [FOLDER, folderName(vault), conversation]
  }
  const path = (place: FilePlace) => {
    checkPlace(place)
    return [...folders(place), place.file].join('/')
  }
  return {
    async room() {
      const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {}
      return quota === undefined || usage === undefined ? undefined : quota - usage
    },
    async sink(place, keep, size) {
      checkSizes(keep, size)
      const at = path(place)
      await arriving.get(at)?.close()
      const sink = (await privateSink(start, folders(place), place.file, keep, size)) ?? memory.sink(at, keep, size)
      arriving.set(at, sink)
      return sink
    },
    async source(place) {
      return memory.source(path(place)) ?? (await privateSource(folders(place), place.file))
    },
    async list(place) {
      const found = memory.list(folders(place).join('/'))
      const folder = await privateFolder(folders(place))
      if (folder === undefined) return found
      return [...found, ...(await namesIn(folder)).filter(isFileId)]
    },
    async remove(place) {
      const at = path(place)
      await arriving.get(at)?.close()
      arriving.delete(at)
      memory.remove(at)
      const folder = await privateFolder(folders(place))
      await folder?.removeEntry(place.file).catch((error: DOMException) => {
        if (error.name !== 'NotFoundError') throw Solo2Error.from(error, 'storage_failed', 'the file cannot be removed')
      })
    },
    async keepOnly(vaults) {
      const kept = vaults.map(folderName)
      memory.keepOnly(kept.map((name) => `${FOLDER}/${name}`))
      const folder = await privateFolder([FOLDER])
      if (folder === undefined) return
      for (const name of await namesIn(folder)) {
        if (kept.includes(name)) continue
        await folder.removeEntry(name, { recursive: true }).catch((error: unknown) => {
          throw Solo2Error.from(error, 'storage_failed', 'files cannot be removed')
        })
      }
    },
    async save(file, source) {
      checkFileId(file)
      const bytes = pieces(source)
      const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(controller) {
          const { done, value } = await bytes.next()
          if (done) controller.close()
          else controller.enqueue(value as Uint8Array<ArrayBuffer>)
        },
      })
      try {
        // The browser gathers it where it keeps blobs, beside the page: this page holds one piece at a time.
        const blob = await new Response(stream).blob()
        // A download whatever it says it is: no type, so that no tab would render it.
        return { name: safeName(source.name), blob: blob.slice(0, blob.size, 'application/octet-stream') }
      } catch (error) {
        throw Solo2Error.from(error, 'storage_failed', 'the file cannot be saved')
      }
    },
  }
}

/** Undefined where there is no private file system, or no worker to write to it. */
async function privateSink(
  start: StartFileWorker,
  folders: readonly string[],
  file: string,
  keep: number,
  size: number,
): Promise<FileSink | undefined> {
  if (!(await privateRoot())) return undefined
  const worker: FileWorker | undefined = await startFileWorker(start)
  if (!worker) return undefined
  try {
    await worker.ask({ kind: 'open', folders, file, keep })
  } catch (error) {
    worker.end()
    // The quota, or a handle that some page still holds: memory would only hide it until the file is too big for it.
    if (size > CHOSEN.MEMORY_FILE_BYTES || keep > 0) throw error
    return undefined
  }
  let written = keep
  let closed = false
  return {
    async write(offset, data) {
      ensure(!closed, 'closed', 'the sink is closed')
      checkWrite(offset, data.length, written, size)
      written = await worker.ask({ kind: 'write', offset, data })
    },
    async close() {
      if (closed) return
      closed = true
      await worker.ask({ kind: 'close' }).catch(() => {})
      worker.end()
    },
  }
}

async function privateSource(folders: readonly string[], file: string): Promise<ByteSource | undefined> {
  const folder = await privateFolder(folders)
  if (folder === undefined) return undefined
  try {
    return blobBytes(await (await folder.getFileHandle(file)).getFile())
  } catch (error) {
    if ((error as DOMException).name === 'NotFoundError') return undefined
    throw Solo2Error.from(error, 'storage_failed', 'the file cannot be read')
  }
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const entries = folder as unknown as { keys(): AsyncIterable<string> }
  const names: string[] = []
  try {
    for await (const name of entries.keys()) names.push(name)
  } catch (error) {
    throw Solo2Error.from(error, 'storage_failed', 'the files of the vault cannot be listed')
  }
  return names
}

async function privateRoot(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await navigator.storage.getDirectory()
  } catch {
    return undefined
  }
}

/** Undefined if it, or the private file system, is not there. */
async function privateFolder(folders: readonly string[]): Promise<FileSystemDirectoryHandle | undefined> {
  let folder = await privateRoot()
  try {
    for (const name of folders) folder = await folder?.getDirectoryHandle(name)
  } catch (error) {
    if ((error as DOMException).name === 'NotFoundError') return undefined
    throw Solo2Error.from(error, 'storage_failed', 'the files of the vault cannot be reached')
  }
  return folder
}
