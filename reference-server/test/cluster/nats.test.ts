import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { type NatsServer, startNats } from '../../../tools/test-kit/nats-server.js'
import { createNatsWire } from '../../src/rendezvous/bus/nats.js'
import type { Wire } from '../../src/rendezvous/bus/port.js'
import { type Network, rendezvousSuite } from './rendezvous.suite.js'

let nats: NatsServer
beforeAll(async () => {
  nats = await startNats()
})
afterAll(() => nats.stop())

const secret = new Uint8Array(randomBytes(32))
const open = new Set<Wire>()
const turn = () => new Promise((resolve) => setImmediate(resolve))
/** Until all of them are as they should be; a test that waits in vain runs into its time limit. */
async function until(isUp: boolean): Promise<void> {
  while ([...open].some((wire) => wire.isUp !== isUp)) await turn()
}

const network: Network = {
  async connect(name) {
    const wire = await createNatsWire({ url: nats.url, ca: undefined, secret, name })
    open.add(wire)
    return {
      ...wire,
      get isUp() {
        return wire.isUp
      },
      async close() {
        open.delete(wire)
        await wire.close()
      },
    }
  },
  // A flush of one comes back behind all that NATS has for it: each round carries what the round before brought about.
  async settle(wires) {
    for (let round = 0; round < 3; round++) {
      for (const wire of wires) await wire.flush()
      await turn()
    }
    for (const wire of wires) await wire.flush()
  },
  async lose() {
    await nats.stop()
    await until(false)
  },
  async restore() {
    await nats.start()
    await until(true)
  },
}

rendezvousSuite('NATS', network, cases(10, 200))
