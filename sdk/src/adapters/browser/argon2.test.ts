import { describe, expect, it, vi } from 'vitest'
import { checkedArgon2id } from '../argon2.js'
import { type Argon2Answer, type Argon2Request, browserArgon2 } from './argon2.js'

const password = new TextEncoder().encode('blue kettle 42')
const salt = new Uint8Array(16).fill(9)
const parameters = { memoryKiB: 64, passes: 1, lanes: 1 }

/** A worker that a test drives. */
function fakeWorker() {
  const worker = {
    onmessage: undefined as ((event: { data: Argon2Answer }) => void) | undefined,
    onerror: undefined as ((event: object) => void) | undefined,
    terminate: vi.fn(),
    asked: [] as Argon2Request[],
    postMessage(request: Argon2Request, transfer: ArrayBuffer[]) {
      worker.asked.push(structuredClone(request, { transfer }))
    },
    say: (data: Argon2Answer) => worker.onmessage?.({ data }),
  }
  return { worker, argon2id: browserArgon2(() => worker as unknown as Worker) }
}

describe('Argon2id in a worker', () => {
  it('[V2] asks a worker, gives its answer and ends it', async () => {
    const { worker, argon2id } = fakeWorker()
    const derived = argon2id(password, salt, parameters)
    worker.say('ready')
    expect(worker.asked).toMatchObject([{ parameters }])
    expect([...(worker.asked[0]?.password ?? [])]).toEqual([...password])
    worker.say({ key: new Uint8Array(32).fill(5) })
    expect(await derived).toEqual(new Uint8Array(32).fill(5))
    expect(worker.terminate).toHaveBeenCalledOnce()
    // The caller's bytes are still the caller's: a copy went over.
    expect(new TextDecoder().decode(password)).toBe('blue kettle 42')
  })

  it.each(['out_of_memory', 'broken_platform'] as const)('[V2] hands on %s', async (code) => {
    const { worker, argon2id } = fakeWorker()
    const derived = argon2id(password, salt, parameters)
    worker.say('ready')
    worker.say({ code })
    await expect(derived).rejects.toMatchObject({ code })
  })

  it('[V2] takes the end of a running worker for a lack of memory', async () => {
    const { worker, argon2id } = fakeWorker()
    const derived = argon2id(password, salt, parameters)
    worker.say('ready')
    worker.onerror?.({})
    await expect(derived).rejects.toMatchObject({ code: 'out_of_memory' })
  })

  it('ends the worker at once when it is cancelled', async () => {
    const { worker, argon2id } = fakeWorker()
    const controller = new AbortController()
    const derived = argon2id(password, salt, parameters, controller.signal)
    worker.say('ready')
    controller.abort()
    await expect(derived).rejects.toMatchObject({ code: 'cancelled' })
    expect(worker.terminate).toHaveBeenCalledOnce()
    await expect(argon2id(password, salt, parameters, controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('computes in the page where a worker cannot start', async () => {
    const expected = await checkedArgon2id(password, salt, parameters)
    const refusing = browserArgon2(() => {
      throw new DOMException('blocked', 'SecurityError')
    })
    expect(await refusing(password, salt, parameters)).toEqual(expected)
    const { worker, argon2id } = fakeWorker()
    const derived = argon2id(password, salt, parameters)
    worker.onerror?.({})
    expect(await derived).toEqual(expected)
  })
})
