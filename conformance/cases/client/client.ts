/** What the cases of an implementation in conversation are given, and how they look at many random inputs. */
import fc from 'fast-check'
import { type Draw, seeded } from '../../generate/random.js'
import { Broken, type Case, type Seen } from '../../src/case.js'
import type { Source } from '../../src/run.js'
import type { Testee } from '../../src/testee/testee.js'
import type { ServerSubject } from '../server/subject.js'

export interface Chance {
  /** Equal seeds give equal inputs. */
  readonly seed: number
  /** So many times as many random inputs. */
  readonly times: number
}

export interface Client extends Chance {
  readonly testee: Testee
  /** On which the two can meet. */
  readonly server?: ServerSubject | undefined
}

export type ClientCase = Case<Client>

export function clientSource(testees: Source<Testee>, chance: Chance, server?: ServerSubject): Source<Client> {
  return {
    name: () => testees.name(),
    async open(seen) {
      const opened = await testees.open(seen)
      return { ...opened, subject: { testee: opened.subject, server, ...chance } }
    },
    async close() {
      await testees.close()
      await server?.[Symbol.asyncDispose]()
    },
  }
}

interface Described extends Pick<ClientCase, 'title' | 'promises' | 'rules' | 'explain' | 'features' | 'run'> {
  /** What it is about: the first part of the name behind `client/`. */
  readonly subject: string
  readonly name: string
}

export function clientCase({ subject, name, ...rest }: Described): ClientCase {
  return { id: `client/${subject}/${name}`, ...rest }
}

/** How often a failing input is made smaller at most: each try asks the testee again. */
const SHRINKS = 40

export interface Property<T> {
  readonly arbitrary: fc.Arbitrary<T>
  /** How many inputs, before `times`. */
  readonly runs: number
  /** Inputs that are always looked at. */
  readonly examples?: readonly T[]
  /** Throws `Broken` where the testee does not do what it must with `value`. */
  holds(testee: Testee, value: T): Promise<void>
}

/** A case that holds for every input. Of one for which it does not, the smallest that was found is told. */
export function propertyCase<T>({
  arbitrary,
  runs,
  examples = [],
  holds,
  ...rest
}: Omit<Described, 'run'> & Property<T>): ClientCase {
  const run = async ({ testee, seed, times }: Client, seen: Seen): Promise<void> => {
    let tries = 0
    let last: { readonly error: unknown; readonly value: T } | undefined
    const predicate = async (value: T): Promise<void> => {
      // A process that is gone tells nothing about other inputs.
      if (last !== undefined && (testee.isOver || ++tries > SHRINKS)) return
      try {
        await holds(testee, value)
      } catch (error) {
        last = { error, value }
        throw error
      }
    }
    const parameters = { seed, numRuns: runs * times, examples: examples.map((one): [T] => [one]) }
    await fc.check(fc.asyncProperty(arbitrary, predicate), parameters)
    if (last === undefined) return
    if (!(last.error instanceof Broken)) throw last.error
    seen.note(`with ${fc.stringify(last.value)}`)
    throw new Broken(`${last.error.message} (--seed ${seed})`)
  }
  return clientCase({ ...rest, run })
}

/** Bytes that need no shape: from a number, so that an input can be told in a line. */
export const draws: fc.Arbitrary<number> = fc.noShrink(fc.nat())

export function drawOf(seed: number): Draw {
  return seeded(`client ${seed}`)
}
