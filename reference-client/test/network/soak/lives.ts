/** One person's lives: a process after the other over the same folder, and what each holds of memory. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MemorySample } from '../../../../tools/lab/growth.js'
import { memoryOf } from '../../../../tools/lab/memory.js'
import { ORIGIN } from '../../../../tools/lab/services.js'
import { type Callable, startCalls } from '../person.js'
import type { Who } from './judge.js'
import type { SoakerCalls } from './soaker.js'

const SOAKER = fileURLToPath(new URL('soaker.ts', import.meta.url))
const SAMPLE_MS = 1_000

/** In an action that its process was killed in: it happened or it did not. */
export class Killed extends Error {}

export interface Lives extends AsyncDisposable {
  readonly who: Who
  /** Runs in the life that is, or in the next one. Rejects with `Killed` if it ends meanwhile. */
  act<T>(action: (calls: SoakerCalls) => Promise<T>): Promise<T>
  /** SIGKILL; after so many milliseconds a new life opens what lies in the folder. */
  killed(pauseMs: number): Promise<void>
  /** Of each life, by seconds. */
  readonly memory: readonly (readonly MemorySample[])[]
}

/**
 * V8 takes up to 48 MB for what is young and gives them back as it likes, and glibc has an arena for each thread that keeps what
 * was freed in it: what is kept, which is what grows with a leak, could not be seen beside that.
 */
const STEADY = { NODE_OPTIONS: '--max-semi-space-size=2', MALLOC_ARENA_MAX: '1' }

interface Life {
  readonly person: Callable<SoakerCalls>
  isKilled: boolean
}

/** The first life has not registered yet. */
export async function startLives(
  who: Who,
  { host, folder, root }: { readonly host: string; readonly folder: string; readonly root: string },
): Promise<Lives> {
  const memory: MemorySample[][] = []
  let life: Promise<Life> = born()

  async function born(): Promise<Life> {
    const environment = { NODE_EXTRA_CA_CERTS: root, ...STEADY }
    const person = await startCalls<SoakerCalls>(host, [SOAKER, join(folder, who)], environment)
    memory.push([])
    return { person, isKilled: false }
  }

  async function reborn(): Promise<Life> {
    const next = await born()
    await next.person.calls.unlock(ORIGIN, who)
    return next
  }

  async function sample(): Promise<void> {
    const current = await life.catch(() => undefined)
    const bytes = memoryOf(host, 'Pss_Anon')
    if (current?.isKilled === false && bytes > 0) memory.at(-1)?.push({ at: performance.now() / 1_000, bytes })
  }
  await life
  const sampling = setInterval(() => void sample(), SAMPLE_MS)

  return {
    who,
    memory,
    async act(action) {
      const current = await life
      try {
        return await action(current.person.calls)
      } catch (error) {
        throw current.isKilled ? new Killed(`${who} was killed`) : error
      }
    },
    async killed(pauseMs) {
      const current = await life
      current.isKilled = true
      life = current.person.kill().then(async () => {
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        return await reborn()
      })
      await life
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sampling)
      const current = await life.catch(() => undefined)
      await current?.person[Symbol.asyncDispose]()
    },
  }
}
