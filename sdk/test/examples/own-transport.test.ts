/** A transport that a stranger wrote, under the port's behaviour suite, and under two people on a real server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Relay, startRelay } from '../../examples/own-transport/relay.js'
import { relayTransport } from '../../examples/own-transport/transport.js'
import { transportSuite } from '../../src/testing.js'
import { startServer } from '../support/server.js'
import { type Program, startExample } from './program.js'

let relay: Relay
beforeAll(async () => {
  relay = await startRelay()
})
afterAll(() => relay?.close())

transportSuite({ describe, it }, 'WebSocket to a relay', { webrtc: false, path: 'mirror' }, () =>
  relayTransport(relay.url),
)

if (process.env['TEST_LONG'] === '1') {
  it('[T4] own-transport: two people meet by it, and go on without the server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'solo2-own-transport-'))
    const server = await startServer({ SOLO2_LOG: 'off' })
    const running: Program[] = []
    const start = (name: string, ...code: string[]) => {
      const args = [server.url, relay.url, name, ...code]
      const program = startExample('own-transport', args, { folder: join(folder, name), password: 'blue kettle 42' })
      running.push(program)
      return program
    }
    try {
      const ana = start('ana')
      const [, code = ''] = await ana.prints(/Code: (\S+)/)
      const ben = start('ben', code)
      await Promise.all([ana.prints(/Connected to ben/), ben.prints(/Connected to ana/)])
      await server.kill()
      ana.type('over my own wire')
      ben.type('and back')
      await Promise.all([ben.prints(/> over my own wire/), ana.prints(/> and back/)])
      for (const { child } of running) child.stdin?.end()
      expect(await Promise.all(running.map(({ ended }) => ended))).toEqual([0, 0])
    } finally {
      for (const { child } of running) child.kill('SIGKILL')
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    }
  })
}
