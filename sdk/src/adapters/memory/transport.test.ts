import { randomBytes } from 'node:crypto'
import { describe, it } from 'vitest'
import { transportSuite } from '../../suites/transport.suite.js'
import { systemClock } from './clock.js'
import { memoryNetwork } from './transport.js'

const random = (length: number) => Uint8Array.from(randomBytes(length))

{
  const network = memoryNetwork(systemClock, random)
  transportSuite({ describe, it }, 'memory', { webrtc: false }, () => network.transport)
}

{
  const network = memoryNetwork(systemClock, random)
  network.delayMs = 1
  transportSuite({ describe, it }, 'memory, delayed', { webrtc: false, count: 50 }, () => network.transport)
}
