/**
 * Files in a browser. What arrives goes to the origin's private file system, which a page cannot see into by accident and
 * which keeps memory flat; where there is none, a bounded buffer takes its place. The finished file is a Blob, for a
 * download: nothing received is ever opened in our origin (C1).
 */
import { ensure, Solo2Error } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import type { FileSink, Files } from '../../ports/files.js'
import { safeName } from '../file-names.js'
import { checkSink, checkWrite } from '../file-rules.js'
import { memorySink } from './memory-sink.js'

export type FileRequest =
  | { readonly kind: 'open'; readonly folder: string; readonly name: string; readonly size: number }
  | { readonly kind: 'write'; readonly offset: number; readonly data: Uint8Array }
  | { readonly kind: 'close' }

/** `durable` is -1 when the worker has started. */
export type FileAnswer = { readonly durable: number } | { readonly failed: true }

const FOLDER = 'solo2-files'
/** Beside a finished file: its Blob served its page, the next start removes both. */
const DONE = '.done'
const START_MS = 5_000

export type StartFileWorker = () => Worker

const startWorker: StartFileWorker = () => new Worker(new URL('./opfs-worker.js', import.meta.url), { type: 'module' })

export function browserFiles(start: StartFileWorker = startWorker): Files {
  const arriving = new Map<string, FileSink>()
  let swept: Promise<void> | undefined
  return {
    async sink(file, name, size) {
      checkSink(file, size)
      await arriving.get(file)?.close()
      swept ??= sweep().catch(() => {})
      await swept
      const sink = (await privateSink(start, file, name, size)) ?? memorySink(file, name, size)
      arriving.set(file, sink)
      return sink
    },
  }
}

/** Undefined where there is no private file system, or no worker to write to it. */
async function privateSink(
  start: StartFileWorker,
  file: string,
  name: string,
  size: number,
): Promise<FileSink | undefined> {
  const folder = await privateFolder()
  if (!folder) return undefined
  const worker = await startFileWorker(start)
  if (!worker) return undefined
  let durable: number
  try {
    durable = await worker.ask({ kind: 'open', folder: FOLDER, name: file, size })
  } catch (error) {
    worker.end()
    // The quota, or a handle that some page still holds: memory would only hide it until the file is too big for it.
    if (size > CHOSEN.MEMORY_FILE_BYTES) throw error
    return undefined
  }
  let closed = false
  async function close(): Promise<void> {
    if (closed) return
    closed = true
    await worker?.ask({ kind: 'close' }).catch(() => {})
    worker?.end()
  }
  return {
    get durable() {
      return durable
    },
    async write(offset, data) {
      ensure(!closed, 'closed', 'the sink is closed')
      checkWrite(offset, data.length, durable, size)
      durable = await worker.ask({ kind: 'write', offset, data })
    },
    async finish() {
      ensure(!closed, 'closed', 'the sink is closed')
      ensure(durable === size, 'wrong_state', 'the file is not whole')
      await close()
      try {
        await folder.getFileHandle(file + DONE, { create: true })
        const bytes = await (await folder.getFileHandle(file)).getFile()
        // A download whatever it says it is: no type, so that no tab would render it.
        return { name: safeName(name), blob: bytes.slice(0, bytes.size, 'application/octet-stream') }
      } catch (error) {
        throw Solo2Error.from(error, 'storage_failed', 'the finished file cannot be read')
      }
    },
    close,
    async discard() {
      await close()
      await remove(folder, file)
    },
  }
}

interface FileWorker {
  ask(request: FileRequest): Promise<number>
  end(): void
}

/** Starts a worker for one file; undefined if it cannot start. */
function startFileWorker(start: StartFileWorker): Promise<FileWorker | undefined> {
  return new Promise((resolve) => {
    let worker: Worker
    try {
      worker = start()
    } catch {
      return resolve(undefined)
    }
    const waiting: { resolve(durable: number): void; reject(error: Solo2Error): void }[] = []
    const failure = () => new Solo2Error('storage_failed', 'the browser does not store the file')
    const timer = setTimeout(() => fail(), START_MS)

    function fail(): void {
      clearTimeout(timer)
      worker.terminate()
      resolve(undefined)
      for (const { reject } of waiting.splice(0)) reject(failure())
    }
    worker.onerror = (event) => {
      event.preventDefault?.()
      fail()
    }
    worker.onmessage = ({ data }: MessageEvent<FileAnswer>) => {
      if ('durable' in data && data.durable < 0) {
        clearTimeout(timer)
        resolve({
          ask: (request) =>
            new Promise((yes, no) => {
              waiting.push({ resolve: yes, reject: no })
              worker.postMessage(request)
            }),
          end: fail,
        })
        return
      }
      const asked = waiting.shift()
      if ('durable' in data) asked?.resolve(data.durable)
      else asked?.reject(failure())
    }
  })
}

async function privateFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    const root = await navigator.storage.getDirectory()
    return await root.getDirectoryHandle(FOLDER, { create: true })
  } catch {
    return undefined
  }
}

async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  for (const entry of [name, name + DONE]) {
    await folder.removeEntry(entry).catch((error: DOMException) => {
      if (error.name !== 'NotFoundError') throw Solo2Error.from(error, 'storage_failed', 'the file cannot be removed')
    })
  }
}

/**
 * Removes finished files of earlier pages. Only the page that holds the lock does it, from its first file until it ends:
 * another tab's downloads still read theirs.
 */
async function sweep(): Promise<void> {
  const folder = await privateFolder()
  if (!folder || !navigator.locks) return
  const alone = await new Promise<boolean>((resolve) => {
    navigator.locks
      .request(FOLDER, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock ? new Promise(() => {}) : undefined
      })
      .catch(() => resolve(false))
  })
  if (!alone) return
  const entries = folder as unknown as { keys(): AsyncIterable<string> }
  const done: string[] = []
  for await (const name of entries.keys()) if (name.endsWith(DONE)) done.push(name.slice(0, -DONE.length))
  for (const name of done) await remove(folder, name)
}
