/** What befalls two people at random: their networks change, the server ends and comes back, and programs are killed. */
import { setTimeout as wait } from 'node:timers/promises'
import type { PaceChoice, PathsChoice } from '@solo2/sdk/node'
import type { Services } from '../../../../tools/lab/services.js'
import type { World } from '../../../../tools/lab/world.js'
import { type Draws, draws } from './draws.js'
import { PEOPLE, type Who } from './judge.js'
import { Killed, type Lives } from './lives.js'

/** From one thing to the next of its kind: at least, and at most. */
const PAUSE_MS = { network: [1_000, 7_000], server: [5_000, 20_000], kill: [8_000, 20_000] } as const
/** For who shall hear something first. */
const HEARS_MS = 4_000
/** From then on until it happens, at most. */
const BEHIND_MS = 300
const LONGEST_MS = { serverAway: 8_000, unplugged: 12_000, loss: 8_000, dead: 3_000 } as const

export interface Weather {
  /** Until `isOver`, and what was begun then to its end. `mortal`: who may be killed now. */
  blow(isOver: () => boolean, mortal: () => Who): Promise<void>
  /** All is as it was at the beginning, save addresses. */
  calm(): Promise<void>
  /** How often each thing happened. */
  readonly happened: ReadonlyMap<string, number>
}

export interface WeatherOptions {
  readonly world: World
  readonly services: Services
  readonly lives: Readonly<Record<Who, Lives>>
  readonly seed: string
}

export function weather({ world, services, lives, seed }: WeatherOptions): Weather {
  const happened = new Map<string, number>()
  const count = (name: string) => happened.set(name, (happened.get(name) ?? 0) + 1)
  const ofServer = draws(`${seed} server`)
  const ofKills = draws(`${seed} kills`)
  const random = draws(`${seed} weather`)
  const anybody = () => PEOPLE[random.between(0, 1)] as Who

  async function choose(who: Who, change: { paths?: PathsChoice; pace?: PaceChoice }): Promise<void> {
    await lives[who]
      .act((calls) => calls.choose(change))
      .catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error
      })
  }

  /**
   * It happens to that person where a fault shows: a message has come, and its author does not know it. Its receipt takes a
   * millisecond, so every other time none gets out.
   */
  async function befalls(who: Who, random: Draws, what: () => Promise<void> | void): Promise<void> {
    const isMute = random.between(0, 1) === 0
    if (isMute) world.setMute(who, true)
    const heard = lives[who].act((calls) => calls.hears()).catch(() => undefined)
    await Promise.race([heard, wait(HEARS_MS)])
    await wait(random.fraction() * BEHIND_MS)
    await what()
    if (isMute) world.setMute(who, false)
  }

  const changes: Readonly<Record<string, () => Promise<void>>> = {
    address: () => befalls('ana', random, () => world.roam('address')),
    interface: () => befalls('ana', random, () => world.roam('interface')),
    async unplug() {
      const who = anybody()
      await befalls(who, random, () => world.setPlugged(who, false))
      await wait(random.fraction() * LONGEST_MS.unplugged)
      world.setPlugged(who, true)
    },
    async loss() {
      world.set({ lossPercent: random.between(1, 10) })
      await wait(random.fraction() * LONGEST_MS.loss)
      world.set({})
    },
    drawnPorts: async () => world.set({ ports: 'drawn' }),
    keptPorts: async () => world.set({ ports: 'kept' }),
    mirror: () => choose(anybody(), { paths: 'mirror' }),
    any: () => choose(anybody(), { paths: 'any' }),
    metered: () => choose(anybody(), { pace: 'metered' }),
    normal: () => choose(anybody(), { pace: 'normal' }),
  }

  async function networks(isOver: () => boolean): Promise<void> {
    for (;;) {
      for (const name of random.shuffled(Object.keys(changes))) {
        await wait(random.between(...PAUSE_MS.network))
        if (isOver()) return
        count(name)
        await changes[name]?.()
      }
    }
  }

  async function kills(isOver: () => boolean, mortal: () => Who): Promise<void> {
    for (;;) {
      await wait(ofKills.between(...PAUSE_MS.kill))
      if (isOver()) return
      const who = mortal()
      count(`kill of ${who}`)
      await befalls(who, ofKills, () => lives[who].killed(ofKills.fraction() * LONGEST_MS.dead))
    }
  }

  async function server(isOver: () => boolean): Promise<void> {
    for (;;) {
      await wait(ofServer.between(...PAUSE_MS.server))
      if (isOver()) return
      const signal = ofServer.between(0, 1) === 0 ? 'SIGKILL' : 'SIGTERM'
      count(signal)
      await services.endServer(signal)
      await wait(ofServer.fraction() * LONGEST_MS.serverAway)
      await services.startServer()
    }
  }

  return {
    happened,
    async blow(isOver, mortal) {
      await Promise.all([networks(isOver), server(isOver), kills(isOver, mortal)])
    },
    async calm() {
      world.set({})
      for (const who of PEOPLE) await choose(who, { paths: 'any', pace: 'normal' })
    },
  }
}
