/**
 * Whom a client talks to, captured on the wire: the web client in Chromium and the SDK in Node, from registration to a
 * conversation, behind routers. What the pages or the libraries say of their requests does not count here.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Capture, type Packet, startCapture } from '../../../tools/lab/capture.js'
import { makeAuthority, trust } from '../../../tools/lab/certificates.js'
import { inside, nameServer } from '../../../tools/lab/namespaces.js'
import { ORIGIN, startServices } from '../../../tools/lab/services.js'
import { MIRROR_ADDRESS, makeWorld, NAMES, SERVER_ADDRESS, type World } from '../../../tools/lab/world.js'
import { openWindow, type Window } from '../e2e/browser.js'
import { ask, bubble, delivered, openConversation, ownCode, PASSWORD, register, say, unlock } from '../e2e/person.js'
import { type Person, startPerson } from './person.js'

/** Nobody is there: the way to it leads through the router, so that a packet leaves. */
const FOREIGN = '20.0.9.9'
const MARK = '20.0.9.8'
const FOREIGN_NAME = 'somewhere.example'
const MULTICAST_DNS = new Set(['224.0.0.251', 'ff02::fb'])
/** Where a kernel tells the routers of its link which groups it listens to (RFC 3376, RFC 3810): multicast DNS is one. */
const GROUP_REPORTS = new Set(['224.0.0.22', 'ff02::16'])

/** What Chromium asks for by itself, with all that can be turned off turned off; the client has no part in it. */
const MAKERS_HOSTS = ['*.google.com', '*.googleapis.com', '*.gvt1.com']

let folder: string
let world: World
let chromium: string | undefined
const cleanUp: (() => unknown)[] = []
let lena: Window
let ben: Person
const captures = {} as { lena: Capture; ben: Capture }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'solo2-foreign-'))
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }))
  world = makeWorld('behind-routers')
  cleanUp.push(() => world[Symbol.dispose]())
  const authority = makeAuthority(join(folder, 'authority'), Object.values(NAMES))
  const services = await startServices(world, { folder, authority })
  cleanUp.push(() => services[Symbol.asyncDispose]())
  await startNameServer(world.server)
  for (const host of Object.values(world.people)) nameServer(host, SERVER_ADDRESS)
  captures.lena = await startCapture(world.people.ana)
  captures.ben = await startCapture(world.people.ben)
  cleanUp.push(
    () => captures.lena[Symbol.dispose](),
    () => captures.ben[Symbol.dispose](),
  )
  await Promise.all([captures.lena.mark(MARK), captures.ben.mark(MARK)])

  ben = await startPerson({ kind: 'node', host: world.people.ben, folder: join(folder, 'ben'), root: authority.root })
  cleanUp.push(() => ben[Symbol.asyncDispose]())
  trust(join(folder, 'lena/.pki/nssdb'), authority.root)
  chromium = process.env['CHROMIUM']
  process.env['CHROMIUM'] = inNamespace(world.people.ana, join(folder, 'lena'))
  lena = await openWindow(ORIGIN)
  cleanUp.push(() => lena.close())
})

afterAll(async () => {
  if (chromium === undefined) delete process.env['CHROMIUM']
  else process.env['CHROMIUM'] = chromium
  for (let last = cleanUp.pop(); last !== undefined; last = cleanUp.pop()) await last()
})

async function startNameServer(host: string): Promise<void> {
  const script = fileURLToPath(new URL('../../../tools/lab/name-server.ts', import.meta.url))
  const [program = '', ...args] = inside(host, process.execPath, '--import', 'tsx', script, SERVER_ADDRESS)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  cleanUp.push(() => child.kill('SIGKILL'))
  await once(createInterface({ input: child.stdout }), 'line')
}

/** A program that is Chromium in that host, without the rule that would keep all other names off the wire. */
function inNamespace(host: string, home: string): string {
  const path = join(folder, 'chromium')
  const rules = MAKERS_HOSTS.map((name) => `MAP ${name} ~NOTFOUND`).join(', ')
  const command = inside(host, process.env['CHROMIUM'] ?? '/usr/bin/chromium').join(' ')
  const lines = [
    '#!/bin/sh',
    `for argument do`,
    'shift',
    'case "$argument" in --host-resolver-rules=*) ;; *) set -- "$@" "$argument" ;; esac',
    'done',
    `HOME='${home}' exec ${command} --host-resolver-rules='${rules}' "$@"`,
  ]
  writeFileSync(path, `${lines.join('\n')}\n`)
  chmodSync(path, 0o755)
  return path
}

/** Packets to others than the own server, its mirror and the other person. */
function foreign(otherPerson: readonly string[], packets: readonly Packet[]): Packet[] {
  const own = new Set<string>([SERVER_ADDRESS, MIRROR_ADDRESS, MARK, ...otherPerson])
  const names = new Set<string>(['', ...Object.values(NAMES)])
  return packets.filter(({ to, port, name }) => {
    if (GROUP_REPORTS.has(to)) return port !== 0
    // A browser asks its own link for the name in whose place another one gives its address.
    if (MULTICAST_DNS.has(to)) return name !== '' && !name.endsWith('.local')
    return !own.has(to) || !names.has(name)
  })
}

/** The steps stand on each other. */
describe('[T11] on the wire', () => {
  test('registering, meeting, talking, reloading and unlocking reach the own server, its mirror and the other person', async () => {
    const { page } = lena
    await page.goto(ORIGIN)
    const [code] = await Promise.all([ben.calls.register(ORIGIN, 'ben'), register(page, 'lena', 'Lena')])
    await ownCode(page)
    await Promise.all([ask(page, code), ben.calls.acceptFirstRequest()])
    await page.getByText('is now your contact').waitFor({ timeout: 60_000 })
    await openConversation(page, 'ben')
    await say(page, 'good morning')
    await Promise.all([delivered(page, 'good morning'), ben.calls.say(2)])
    await bubble(page, '1').waitFor()
    await page.reload()
    await unlock(page, PASSWORD)
    await openConversation(page, 'ben')
    await say(page, 'back again')
    await delivered(page, 'back again')

    await Promise.all([captures.lena.mark(MARK), captures.ben.mark(MARK)])
    expect(foreign(world.addresses.ben, captures.lena.packets)).toEqual([])
    expect(foreign(world.addresses.ana, captures.ben.packets)).toEqual([])
    for (const [capture, other] of [
      [captures.lena, world.addresses.ben],
      [captures.ben, world.addresses.ana],
    ] as const) {
      // The capture saw what there was to see: the server, and the other person directly.
      const reached = new Set(capture.packets.map(({ to }) => to))
      expect(reached.has(SERVER_ADDRESS) && other.some((address) => reached.has(address))).toBe(true)
    }
  })

  test('control: a foreign STUN server, which no policy of a page keeps out, and a foreign name are seen', async () => {
    const { page, context } = lena
    await page.evaluate((urls) => {
      const connection = new RTCPeerConnection({ iceServers: [{ urls }] })
      connection.createDataChannel('planted')
      return connection.setLocalDescription()
    }, `stun:${FOREIGN}:3478`)
    await captures.lena.seen(({ to, port }) => to === FOREIGN && port === 3_478)
    const other = await context.newPage()
    await other.goto(`http://${FOREIGN_NAME}/`).catch(() => undefined)
    await captures.lena.seen(({ name }) => name === FOREIGN_NAME)
    const found = foreign(world.addresses.ben, captures.lena.packets)
    expect(found).toContainEqual({ to: FOREIGN, port: 3_478, name: '' })
    expect(found.some(({ name }) => name === FOREIGN_NAME)).toBe(true)
  })
})
