/** The page's end of `opfs-worker.ts`: one worker for each file that is written. */
import { Solo2Error } from '../../errors.js'

export type FileRequest =
  | {
      readonly kind: 'open'
      readonly folders: readonly string[]
      readonly file: string
      /** Bytes that stay; the rest is cut off. */
      readonly keep: number
    }
  | { readonly kind: 'write'; readonly offset: number; readonly data: Uint8Array }
  | { readonly kind: 'close' }

/** `durable` is -1 when the worker has started. `spare`: the buffer of what was written, given back. */
export type FileAnswer =
  | { readonly durable: number; readonly spare?: ArrayBuffer }
  | { readonly failed: 'full' | 'refused' }

const START_MS = 5_000

export type StartFileWorker = () => Worker

export const startWorker: StartFileWorker = () =>
  new Worker(new URL('./opfs-worker.js', import.meta.url), { type: 'module' })

export interface FileWorker {
  ask(request: FileRequest): Promise<number>
  end(): void
}

/** Starts a worker for one file; undefined if it cannot start. */
export function startFileWorker(start: StartFileWorker): Promise<FileWorker | undefined> {
  return new Promise((resolve) => {
    let worker: Worker
    try {
      worker = start()
    } catch {
      return resolve(undefined)
    }
    const waiting: { resolve(durable: number): void; reject(error: Solo2Error): void }[] = []
    const failure = (why?: 'full' | 'refused') =>
      why === 'full'
        ? new Solo2Error('storage_full', 'there is no room left for the file')
        : new Solo2Error('storage_failed', 'the browser does not store the file')
    const timer = setTimeout(() => fail(), START_MS)
    /** Goes to and fro with what is written: a copy for each write would lie about in both threads until they clean up. */
    let spare = new ArrayBuffer(0)

    function lent(data: Uint8Array): Uint8Array<ArrayBuffer> {
      const buffer = spare.byteLength < data.length ? new ArrayBuffer(data.length) : spare
      const bytes = new Uint8Array(buffer, 0, data.length)
      bytes.set(data)
      return bytes
    }

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
              if (request.kind !== 'write') return worker.postMessage(request)
              const data = lent(request.data)
              worker.postMessage({ ...request, data }, [data.buffer])
            }),
          end: fail,
        })
        return
      }
      const asked = waiting.shift()
      if ('durable' in data) spare = data.spare ?? spare
      if ('durable' in data) asked?.resolve(data.durable)
      else asked?.reject(failure(data.failed))
    }
  })
}
