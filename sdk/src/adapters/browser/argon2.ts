/** Argon2id in a worker, so that the page stays alive while it runs and a cancel ends it at once. */
import { wipe } from '../../bytes/bytes.js'
import { type ErrorCode, ensure, Solo2Error } from '../../errors.js'
import type { Argon2Parameters, Host } from '../../ports/host.js'

export interface Argon2Request {
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly parameters: Argon2Parameters
}

export type Argon2Answer = 'ready' | { readonly key: Uint8Array } | { readonly code: ErrorCode }

/** A worker that has not told that it runs after so long counts as one that cannot start. */
const START_MS = 5_000

type StartWorker = () => Worker

const startWorker: StartWorker = () => new Worker(new URL('./argon2-worker.js', import.meta.url), { type: 'module' })

export function browserArgon2(start: StartWorker = startWorker): Host['argon2id'] {
  return async (password, salt, parameters, signal) => {
    ensure(!signal?.aborted, 'cancelled', 'the derivation was cancelled')
    const answer = await inWorker(start, { password, salt, parameters }, signal)
    if (answer) return answer
    // No worker here (blocked, or its file was not deployed): the page stands still for a second, but goes on.
    // Loaded only then, since every other page has it in its worker.
    const { checkedArgon2id } = await import('../argon2.js')
    const key = await checkedArgon2id(password, salt, parameters)
    if (signal?.aborted) wipe(key)
    ensure(!signal?.aborted, 'cancelled', 'the derivation was cancelled')
    return key
  }
}

/** Undefined if the worker could not start. */
function inWorker(start: StartWorker, request: Argon2Request, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    let worker: Worker
    try {
      worker = start()
    } catch {
      return resolve(undefined)
    }
    let started = false
    const timer = setTimeout(() => finish(() => resolve(undefined)), START_MS)

    function finish(settle: () => void): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      worker.terminate()
      settle()
    }
    function abort(): void {
      finish(() => reject(new Solo2Error('cancelled', 'the derivation was cancelled')))
    }

    signal?.addEventListener('abort', abort)
    worker.onmessage = ({ data }: MessageEvent<Argon2Answer>) => {
      if (data === 'ready') {
        started = true
        clearTimeout(timer)
        // A copy of its own travels, and the worker wipes it.
        const password = request.password.slice()
        worker.postMessage({ ...request, password }, [password.buffer])
      } else if ('key' in data) {
        finish(() => resolve(data.key))
      } else {
        finish(() => reject(new Solo2Error(data.code, 'Argon2id failed in its worker')))
      }
    }
    worker.onerror = (event) => {
      event.preventDefault?.()
      // Once it ran, its end means that the device took its memory.
      finish(() =>
        started ? reject(new Solo2Error('out_of_memory', 'the Argon2id worker was ended')) : resolve(undefined),
      )
    }
  })
}
