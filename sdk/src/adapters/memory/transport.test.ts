import { randomBytes } from 'node:crypto'
import { transportSuite } from '../../../test/suites/transport.suite.js'
import { systemClock } from './clock.js'
import { memoryNetwork } from './transport.js'

const random = (length: number) => Uint8Array.from(randomBytes(length))

{
  const network = memoryNetwork(systemClock, random)
  transportSuite('memory', { webrtc: false }, () => network.transport)
}

{
  const network = memoryNetwork(systemClock, random)
  network.delayMs = 1
  transportSuite('memory, delayed', { webrtc: false, count: 50 }, () => network.transport)
}
