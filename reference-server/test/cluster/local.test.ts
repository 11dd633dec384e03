import { cases } from '../../../tools/cases.js'
import { createLocalHub } from './local-hub.js'
import { type Network, rendezvousSuite } from './rendezvous.suite.js'

const turn = () => new Promise((resolve) => setImmediate(resolve))
const hub = createLocalHub()
const network: Network = {
  connect: async (name) => hub.connect(name),
  async settle() {
    for (let round = 0; round < 3; round++) {
      hub.run()
      await turn()
    }
  },
  lose: async () => hub.lose(),
  restore: async () => hub.restore(),
}

rendezvousSuite('a hub in this process', network, cases(100, 2_000))
