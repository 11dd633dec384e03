import { describe, expect, it } from 'vitest'
import { createSolo2 } from './client/solo2.js'
import { createWorld } from './testing.js'

describe('a world in memory', () => {
  it('[T4] two clients register, pair, talk, and go on without the server', async () => {
    const world = createWorld()
    const [amy, bob] = await Promise.all(
      ['amy', 'bob'].map((username) =>
        createSolo2(world.device(username).platform()).register({
          server: world.server,
          username,
          password: 'blue kettle 42',
          displayName: username,
        }),
      ),
    )
    if (!amy || !bob) throw new Error('nobody')
    const asked = amy.me.pair(bob.me.pairingCode)
    await world.clock.advance(5_000)
    expect(bob.me.requests.map((request) => request.displayName)).toEqual(['amy'])
    await bob.me.requests[0]?.accept()
    await world.clock.advance(10_000)
    const contact = await asked
    const connecting = contact.connect()
    await world.clock.advance(10_000)
    const tunnel = await connecting
    expect(tunnel.path).toBe('direct')
    const heard: string[] = []
    bob.me.on('message', ({ body, outgoing }) => {
      if (!outgoing && body.kind === 'text') heard.push(body.text)
    })
    world.stopServer()
    const sent = tunnel.send('hello')
    await world.clock.advance(3_000)
    await sent
    expect(heard).toEqual(['hello'])
    await amy.me.lock()
    await bob.me.lock()
  })
})

it('time stands still until WebCrypto is done, however long that takes', async () => {
  const world = createWorld()
  const { aead } = world.device('ana').platform().host
  let isSealed = false
  void aead.seal(new Uint8Array(32), new Uint8Array(12), new Uint8Array(), new Uint8Array(32_000_000)).then(() => {
    isSealed = true
  })
  await world.clock.settle()
  expect(isSealed).toBe(true)
})
