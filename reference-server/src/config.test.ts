import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../test/harness.js'
import { readConfig } from './config.js'

describe('configuration', () => {
  it('needs nothing', () => {
    expect(readConfig({ PATH: '/bin' })).toMatchObject({
      host: '127.0.0.1',
      port: 8470,
      stunPort: 8470,
      tls: undefined,
      mirror: undefined,
      trustedProxies: [],
      log: 'stderr',
      limits: { register: { max: 30, windowMs: 3_600_000 } },
    })
  })

  it('takes STUN along with the port, apart, or off', () => {
    expect(readConfig({ SOLO2_PORT: '9000' }).stunPort).toBe(9_000)
    expect(readConfig({ SOLO2_PORT: '9000', SOLO2_STUN_PORT: '3478' }).stunPort).toBe(3_478)
    expect(readConfig({ SOLO2_STUN_PORT: 'off' }).stunPort).toBeUndefined()
  })

  it.each([
    ['SOLO2_PORT', { SOLO2_PORT: '70000' }],
    ['SOLO2_PORT', { SOLO2_PORT: '-1' }],
    ['SOLO2_PORT', { SOLO2_PORT: '' }],
    ['SOLO2_STUN_PORT', { SOLO2_STUN_PORT: 'on' }],
    ['SOLO2_LIMIT_LOGIN', { SOLO2_LIMIT_LOGIN: '0/60' }],
    ['SOLO2_LIMIT_LOGIN', { SOLO2_LIMIT_LOGIN: '60' }],
    ['SOLO2_PUBLIC_ORIGIN', { SOLO2_PUBLIC_ORIGIN: 'solo2.example' }],
    ['SOLO2_PUBLIC_ORIGIN', { SOLO2_PUBLIC_ORIGIN: 'https://solo2.example/path' }],
    ['SOLO2_TURN_SECONDS', { SOLO2_TURN_SECONDS: '86401' }],
    ['SOLO2_TURN_URLS', { SOLO2_TURN_URLS: 'http://x', SOLO2_TURN_SECRET: 'sixteen letters!' }],
    ['SOLO2_TURN_SECRET', { SOLO2_TURN_URLS: 'turn:x' }],
    ['SOLO2_TLS_CERT', { SOLO2_TLS_KEY: '/tmp/key' }],
    ['SOLO2_PASSWORD_WORKERS', { SOLO2_PASSWORD_WORKERS: '0' }],
    ['SOLO2_PROT', { SOLO2_PROT: '1' }],
    ['SOLO2_BUS', { SOLO2_BUS: 'http://user:password@nats.example' }],
    ['SOLO2_DATABASE', { SOLO2_BUS: 'nats://user:password@nats.example' }],
    ['SOLO2_CLUSTER_SECRET', { SOLO2_BUS: 'nats://nats.example', SOLO2_DATABASE: 'postgres://db.example/a' }],
    ['SOLO2_CLUSTER_SECRET', { SOLO2_CLUSTER_SECRET: 'not the hex digits' }],
    ['SOLO2_BUS_CA', { SOLO2_BUS_CA: '/nowhere/ca.pem' }],
  ])('names %s when it is wrong, without its value', (field, environment) => {
    expect(() => readConfig(environment as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'invalid_argument', field }),
    )
    for (const value of Object.values(environment)) {
      if (value.length < 3) continue
      try {
        readConfig(environment as Record<string, string>)
      } catch (error) {
        expect(String(error)).not.toContain(value)
      }
    }
  })

  it('prints itself without the mirror’s secret', () => {
    const config = readConfig({ SOLO2_TURN_URLS: 'turn:relay.example:3478', SOLO2_TURN_SECRET: 'the very secret one' })
    expect(config.mirror?.secret).toBe('the very secret one')
    for (const printed of [
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      JSON.stringify(config.mirror),
      inspect(config.mirror),
    ]) {
      expect(printed).toContain('turn:relay.example')
      expect(printed).not.toContain('very secret')
    }
  })

  it('prints itself without what opens the database, the bus and the cluster', () => {
    const config = readConfig({
      SOLO2_DATABASE: 'postgres://solo2:very-secret@db.example/solo2',
      SOLO2_BUS: 'tls://solo2:very-secret@nats.example:4222',
      SOLO2_CLUSTER_SECRET: 'AB'.repeat(32),
    })
    expect(config.clusterSecret?.bytes).toEqual(new Uint8Array(32).fill(0xab))
    expect(config.bus?.url).toContain('very-secret')
    for (const printed of [JSON.stringify(config), inspect(config, { depth: 9 })]) {
      expect(printed).not.toMatch(/very-secret|abab|171, *171|171,171/i)
    }
  })

  it('takes certificate files that are there', () => {
    const folder = temporaryFolder()
    for (const name of ['cert.pem', 'key.pem']) writeFileSync(join(folder, name), '')
    const environment = { SOLO2_TLS_CERT: join(folder, 'cert.pem'), SOLO2_TLS_KEY: join(folder, 'key.pem') }
    expect(readConfig(environment).tls).toEqual({ cert: environment.SOLO2_TLS_CERT, key: environment.SOLO2_TLS_KEY })
    expect(() => readConfig({ ...environment, SOLO2_TLS_KEY: join(folder, 'none.pem') })).toThrow(
      'SOLO2_TLS_KEY names no file',
    )
  })
})
