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

/** `durable` is -1 when the worker has started. */
export type FileAnswer = { readonly durable: number } | { readonly failed: 'full' | 'refused' }

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
      else asked?.reject(failure(data.failed))
    }
  })
}
