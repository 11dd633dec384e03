/** The examples of settings, and what the mirror makes of them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { BlockList, isIPv6 } from 'node:net'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.js'
import { temporaryFolder } from '../harness.js'

const DEPLOY = new URL('../../deploy/', import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, DEPLOY))
const SECRET = '0123456789abcdef0123456789abcdef'

/** NAME=value lines, as systemd and Compose read them. */
function settings(name: string): Record<string, string> {
  const lines = readFileSync(new URL(name, DEPLOY), 'utf8').split('\n')
  const pairs = lines
    .filter((line) => /^[A-Z0-9_]+=/.test(line))
    .map((line) => line.split(/=(.*)/s) as [string, string])
  return Object.fromEntries(pairs.map(([key, value]) => [key, value]))
}

test('the server takes the examples once they have a secret and certificates', () => {
  const folder = temporaryFolder()
  for (const name of ['fullchain.pem', 'privkey.pem']) writeFileSync(join(folder, name), '')
  const config = readConfig({
    ...settings('solo2.env.example'),
    ...settings('mirror.env.example'),
    SOLO2_TURN_SECRET: SECRET,
    SOLO2_TLS_CERT: join(folder, 'fullchain.pem'),
    SOLO2_TLS_KEY: join(folder, 'privkey.pem'),
  })
  expect(config.publicOrigin).toBe('https://solo2.example.org')
  expect(config.mirror?.urls).toHaveLength(3)
})

/** The configuration that coturn would read: a program of that name stands in for it. */
function coturnReads(environment: Readonly<Record<string, string>>): { text: string; args: string; mode: number } {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'turnserver'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
  const args = execFileSync(path('start-coturn'), ['--extra'], {
    encoding: 'utf8',
    env: {
      PATH: [folder, process.env['PATH']].join(delimiter),
      RUNTIME_DIRECTORY: folder,
      SOLO2_TURN_SECRET: SECRET,
      ...environment,
    },
  })
  const file = join(folder, 'turnserver.conf')
  return { text: readFileSync(file, 'utf8'), args, mode: statSync(file).mode & 0o777 }
}

describe('start-coturn', () => {
  test('[M1] gives coturn the shipped configuration and the secret in a file that only coturn reads', () => {
    const { text, args, mode } = coturnReads({ MIRROR_ADDRESS: '192.0.2.1' })
    expect(text.startsWith(readFileSync(new URL('turnserver.conf', DEPLOY), 'utf8'))).toBe(true)
    expect(text).toContain(
      `\nstatic-auth-secret=${SECRET}\nlistening-ip=192.0.2.1\nrelay-ip=192.0.2.1\nno-tls\nno-dtls\n`,
    )
    expect(args).toMatch(/^-c .*\/turnserver.conf --extra\n$/)
    expect(args).not.toContain(SECRET)
    expect(mode).toBe(0o600)
  })

  test('behind a one-to-one NAT the relay is reached by its public address, and by nobody else inside', () => {
    const { text } = coturnReads({ MIRROR_ADDRESS: '10.0.0.5', MIRROR_PUBLIC: '192.0.2.1' })
    expect(text).toContain('\nexternal-ip=192.0.2.1/10.0.0.5\nallowed-peer-ip=10.0.0.5\n')
  })

  test('with a certificate and IPv6', () => {
    const more = { MIRROR_ADDRESS_6: '2001:db8::1', MIRROR_CERT: '/tls/fullchain.pem', MIRROR_KEY: '/tls/privkey.pem' }
    const { text } = coturnReads({ MIRROR_ADDRESS: '192.0.2.1', ...more })
    expect(text).toContain(
      '\nlistening-ip=2001:db8::1\nrelay-ip=2001:db8::1\ncert=/tls/fullchain.pem\npkey=/tls/privkey.pem\n',
    )
    expect(text).not.toMatch(/^no-tls$/m)
  })

  test('without a secret or an address it does not start', () => {
    expect(() => coturnReads({})).toThrow('MIRROR_ADDRESS')
    expect(() => coturnReads({ SOLO2_TURN_SECRET: '', MIRROR_ADDRESS: '192.0.2.1' })).toThrow('SOLO2_TURN_SECRET')
  })
})

test('take-certificate gives each folder both files, and nobody but its owner reads them', () => {
  const lineage = temporaryFolder()
  const folders = ['tls', 'mirror-tls'].map((name) => join(temporaryFolder(), name))
  for (const folder of folders) mkdirSync(folder)
  for (const round of ['first', 'second']) {
    for (const name of ['fullchain.pem', 'privkey.pem']) writeFileSync(join(lineage, name), `${round} ${name}`)
    execFileSync(path('take-certificate'), folders, { env: { ...process.env, RENEWED_LINEAGE: lineage } })
    for (const folder of folders) {
      expect(readFileSync(join(folder, 'privkey.pem'), 'utf8')).toBe(`${round} privkey.pem`)
      expect(readFileSync(join(folder, 'fullchain.pem'), 'utf8')).toBe(`${round} fullchain.pem`)
      expect(statSync(join(folder, 'privkey.pem')).mode & 0o777).toBe(0o400)
    }
  }
})

test('[M1] turnserver.conf refuses special addresses of both families, and no others', () => {
  const text = readFileSync(new URL('turnserver.conf', DEPLOY), 'utf8')
  // One each: a list takes IPv4 for mapped IPv6.
  const denied = { ipv4: new BlockList(), ipv6: new BlockList() }
  const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')
  for (const [, from = '', to = from] of text.matchAll(/^denied-peer-ip=([^-\n]+)(?:-(.+))?$/gm)) {
    denied[familyOf(from)].addRange(from, to, familyOf(from))
  }
  const isDenied = (address: string) => denied[familyOf(address)].check(address, familyOf(address))
  const special = [
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '172.31.255.255',
      '192.0.0.1',
      '192.0.2.1',
    ],
    ...['192.168.0.1', '198.19.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '255.255.255.255'],
    ...['::1', '::7f00:1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '64:ff9b:1::a00:1', '100::1', '2001::1'],
    ...['2001:db8::1', '2002:a00:1::', '3fff::1', 'fd00:ec2::254', 'fe80::1', 'fec0::1'],
  ]
  expect(special.filter((address) => !isDenied(address))).toEqual([])
  const open = ['8.8.8.8', '20.0.0.1', '100.128.0.1', '172.32.0.1', '2001:4860:4860::8888', '2a00::1', '64:ff9c::1']
  expect(open.filter(isDenied)).toEqual([])
  expect(text).toMatch(/^no-multicast-peers$/m)
})
