/** The laboratory is what it says: its routers, its losses, its rates, and that nothing of it stays. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeAuthority } from '../../../tools/lab/certificates.js'
import { addHost, hosts, inside, removeHost, run, sweepHosts } from '../../../tools/lab/namespaces.js'
import { type Nat, RESPONDER_PORT } from '../../../tools/lab/nat-probe.js'
import { type Services, startServices } from '../../../tools/lab/services.js'
import { MIRROR_ADDRESS, makeWorld, NAMES, SERVER_ADDRESS, type World } from '../../../tools/lab/world.js'

const PROBE = fileURLToPath(new URL('../../../tools/lab/nat-probe.ts', import.meta.url))
const node = (...args: readonly string[]): string[] => [process.execPath, '--import', 'tsx', ...args]

describe('routers, asked by STUN', () => {
  let folder: string
  let world: World
  let services: Services

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'solo2-laboratory-'))
    world = makeWorld('behind-routers')
    const authority = makeAuthority(join(folder, 'authority'), Object.values(NAMES))
    services = await startServices(world, { folder, authority })
    const [program = '', ...args] = inside(world.server, ...node(PROBE, 'answer', SERVER_ADDRESS))
    const responder = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(createInterface({ input: responder.stdout }), 'line')
  })

  afterAll(async () => {
    await services?.[Symbol.asyncDispose]()
    world?.[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  function probe(host: string): Nat {
    const servers = [`${SERVER_ADDRESS}:${services.stunPort}`, `${MIRROR_ADDRESS}:${services.turnPort}`]
    const [program = '', ...args] = inside(
      host,
      ...node(PROBE, 'ask', ...servers, `${SERVER_ADDRESS}:${RESPONDER_PORT}`),
    )
    return JSON.parse(run(program, args)) as Nat
  }

  test('one that keeps ports is a port-restricted NAT, on either side', () => {
    for (const host of Object.values(world.people)) {
      expect(probe(host)).toEqual({
        mapping: 'endpoint-independent',
        keepsPort: true,
        filtering: 'address and port-dependent',
      })
    }
  })

  test('one that draws ports is a symmetric NAT', () => {
    world.set({ ports: 'drawn' })
    expect(probe(world.people.ana)).toEqual({
      mapping: 'endpoint-dependent',
      keepsPort: false,
      filtering: 'address and port-dependent',
    })
    world.set({})
  })

  test('control: without a router that translates, a stranger gets through', () => {
    expect(probe(world.server)).toEqual({
      mapping: 'endpoint-independent',
      keepsPort: true,
      filtering: 'address-dependent or none',
    })
  })
})

describe('hosts', () => {
  test('of a process that was killed are removed by the next, with what runs in them; those of the living stay', async () => {
    const [program = '', ...args] = node('--input-type=module', '-e', LEAVES_A_HOST)
    const child = spawn(program, args, {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const [left = '', pid = ''] = line.split(' ')
    const own = addHost('own')
    sweepHosts()
    expect(hosts()).toContain(left)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    sweepHosts()
    expect(hosts()).not.toContain(left)
    expect(hosts()).toContain(own)
    expect(isRunning(pid)).toBe(false)
    removeHost(own)
    expect(hosts()).not.toContain(own)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('are removed by a process that gets %s', async (signal) => {
    const [program = '', ...args] = node('--input-type=module', '-e', LEAVES_A_HOST)
    const child = spawn(program, args, {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const [left] = line.split(' ')
    expect(hosts()).toContain(left)
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
    expect(hosts()).not.toContain(left)
  })
})

/** Says the host's name and the pid of what runs in it, and waits to be ended. */
const LEAVES_A_HOST = `
import { spawn } from 'node:child_process'
import { addHost, inside, nameTable } from './tools/lab/namespaces.ts'
const host = addHost('left')
nameTable(host, [])
const [program, ...args] = inside(host, 'sleep', '1000')
const child = spawn(program, args, { stdio: 'ignore', detached: true })
child.once('spawn', () => console.log(host, child.pid))
`

function isRunning(pid: string): boolean {
  try {
    // What nobody has waited for yet is listed still, and has no network any more.
    return readlinkSync(`/proc/${pid}/ns/net`) !== ''
  } catch {
    return false
  }
}
