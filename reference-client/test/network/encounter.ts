/** Two people in a world of their own who meet once, and then again in each situation of their place. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeAuthority } from '../../../tools/lab/certificates.js'
import { endProcesses } from '../../../tools/lab/namespaces.js'
import { startServices } from '../../../tools/lab/services.js'
import type { ClientKind, Place, Situation } from '../../../tools/lab/situations.js'
import type { Cell, Measured } from '../../../tools/lab/table.js'
import { makeWorld, NAMES, type World } from '../../../tools/lab/world.js'
import { builtPage } from './built-page.js'
import { type Person, startPerson } from './person.js'

/** Texts each way: as frames they weigh more than all that passes the mirror of a direct tunnel. */
const TEXTS = 30
const TEXTS_BYTES = 2 * TEXTS * 4_096

export interface Encounter extends AsyncDisposable {
  readonly world: World
  /** Ana and Ben. */
  readonly people: readonly [Person, Person]
  killServer(): Promise<void>
  /** The person's processes are killed with the network gone, so that nothing of them says so; starts them again over what they stored. */
  restart(who: 'ana' | 'ben'): Promise<Person>
  /** Once with the mirror and once without. `attempts`: how many are given up before it is called impossible. */
  measure(situation: Situation, attempts: (mirror: boolean) => number): Promise<Cell>
}

/** `mirrorSeconds`: how long the mirror's credentials live. */
export async function encounter(
  place: Place,
  clients: readonly [ClientKind, ClientKind],
  mirrorSeconds?: number,
): Promise<Encounter> {
  const cleanUp: (() => unknown)[] = []
  const dispose = async (): Promise<void> => {
    for (let last = cleanUp.pop(); last !== undefined; last = cleanUp.pop()) await last()
  }
  const folder = mkdtempSync(join(tmpdir(), 'solo2-network-'))
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }))
  try {
    const world = makeWorld(place)
    cleanUp.push(() => world[Symbol.dispose]())
    const authority = makeAuthority(join(folder, 'authority'), Object.values(NAMES))
    const web = clients.every((kind) => kind === 'node') ? undefined : await builtPage()
    const services = await startServices(world, {
      ...{ folder, authority },
      ...(web !== undefined && { web }),
      ...(mirrorSeconds !== undefined && { mirrorSeconds }),
    })
    cleanUp.push(() => services[Symbol.asyncDispose]())
    const person = async (who: 'ana' | 'ben', kind: ClientKind): Promise<Person> => {
      const person = await startPerson({
        kind,
        host: world.people[who],
        folder: join(folder, who),
        root: authority.root,
      })
      cleanUp.push(() => person[Symbol.asyncDispose]())
      return person
    }
    const [ana, ben] = await Promise.all([person('ana', clients[0]), person('ben', clients[1])])
    const people = [ana, ben] as const
    const [, code] = await Promise.all([
      ana.calls.register(`https://${NAMES.server}`, 'ana'),
      ben.calls.register(`https://${NAMES.server}`, 'ben'),
    ])
    await Promise.all([ana.calls.pair(code), ben.calls.acceptFirstRequest()])

    return {
      world,
      people,
      async restart(who) {
        world.cut(who)
        endProcesses(world.people[who])
        world.mend(who)
        const again = await person(who, clients[who === 'ana' ? 0 : 1])
        await again.calls.unlock(`https://${NAMES.server}`, who)
        return again
      },
      killServer: () => services.endServer('SIGKILL'),
      async measure(situation, attempts) {
        const once = async (mirror: boolean): Promise<Measured> => {
          await Promise.all(people.map(({ calls }) => calls.hide()))
          world.set(situation.conditions)
          world.setMirror(mirror)
          return meet(world, people, attempts(mirror))
        }
        const withMirror = await once(true)
        return { situation: situation.name, clients, withMirror, withoutMirror: await once(false) }
      },
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function meet(world: World, people: readonly [Person, Person], attempts: number): Promise<Measured> {
  const start = performance.now()
  const [ana, ben] = await Promise.all(people.map(({ calls }) => calls.open(attempts)))
  const milliseconds = performance.now() - start
  if (ana !== ben) throw new Error('one end has a tunnel, and the other gave up')
  return ana === true ? { outcome: await settledPath(world, people), milliseconds } : { outcome: 'no' }
}

/** ICE may choose again just after it opened, and the two ends read that at different times. */
const ROUNDS = 50

/** Texts both ways, until the path that both ends tell is the one that they took. */
async function settledPath(world: World, people: readonly [Person, Person]): Promise<'direct' | 'mirror'> {
  let seen = ''
  for (let round = 0; round < ROUNDS; round++) {
    const before = world.mirrored()
    await Promise.all(people.map(({ calls }) => calls.say(TEXTS)))
    const inOrder = await Promise.all(people.map(({ calls }) => calls.heard(TEXTS)))
    if (!inOrder.every(Boolean)) throw new Error('texts came in another order')
    const passed = world.mirrored() - before
    const [ana, ben] = await Promise.all(people.map(({ calls }) => calls.path()))
    if (ana === ben && ana === 'mirror' && passed > TEXTS_BYTES) return ana
    if (ana === ben && ana === 'direct' && passed < TEXTS_BYTES / 4) return ana
    seen = `${ana} and ${ben}, and ${passed} bytes came to the mirror`
  }
  throw new Error(`no path that both agree on: ${seen}`)
}
