/** `solo2 doctor` as a person runs it: the built program, the built server, a real coturn, and what goes wrong between them. */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, makeAuthority } from '../../../tools/lab/certificates.js'
import { type Coturn, startCoturn } from '../../../tools/test-kit/coturn.js'
import type { Fact } from './command-line.js'
import { PASSWORD } from './person.js'
import { type ServerProcess, startServer } from './server.js'

const MAIN = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url))
const SECRET = 'a secret of the relay and the server'
const MINUTES_WRONG = 10

let folder: string
let authority: Authority
let coturn: Coturn
/** With TLS and the mirror; and with neither. */
let server: ServerProcess
let plain: ServerProcess

interface Ended {
  readonly code: number
  readonly facts: readonly Fact[]
  /** Everything that it printed. */
  readonly said: string
}

async function solo2(args: readonly string[], tracer: readonly string[] = [], main = MAIN): Promise<Ended> {
  const [program = '', ...rest] = [...tracer, process.execPath, main, ...args]
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority.root }
  const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const parts: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] }
  child.stdout.on('data', (part: Buffer) => parts.stdout.push(part))
  child.stderr.on('data', (part: Buffer) => parts.stderr.push(part))
  const code = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)))
  const stdout = Buffer.concat(parts.stdout).toString()
  const lines = args.includes('--json') ? stdout.trim().split('\n') : []
  const facts = lines.map((line) => JSON.parse(line) as Fact)
  return { code, facts, said: stdout + Buffer.concat(parts.stderr).toString() }
}

const at = (name: string): string => join(folder, name)
const opens = (vault: string): string[] => ['--vault', at(vault), '--password-file', at('password')]

const verdictOf = ({ code, facts }: Ended) => [facts.at(-1)?.['verdict'], code]
const levelsOf = ({ facts }: Ended) =>
  Object.fromEntries(facts.filter(({ event }) => event === 'check').map(({ check, level }) => [check, level]))

/** What was told at the registration, and must not be said again. */
let told: readonly string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-doctor-'))
  authority = makeAuthority(at('authority'), ['localhost'])
  await Promise.all([writeFile(at('password'), `${PASSWORD}\n`), writeFile(at('other'), 'another one\n')])
  coturn = await startCoturn(SECRET, false, [`cert=${authority.cert}`, `pkey=${authority.key}`])
  const urls = [
    `turn:127.0.0.1:${coturn.port}?transport=udp`,
    `turn:127.0.0.1:${coturn.port}?transport=tcp`,
    `turns:localhost:${coturn.port}?transport=tcp`,
  ]
  ;[server, plain] = await Promise.all([
    startServer({
      SOLO2_TLS_CERT: authority.cert,
      SOLO2_TLS_KEY: authority.key,
      SOLO2_TURN_URLS: urls.join(),
      SOLO2_TURN_SECRET: SECRET,
    }),
    startServer(),
  ])
  const registered = await Promise.all([
    solo2(['register', '--json', '--server', server.origin, '--user', 'ana', ...opens('ana')]),
    solo2(['register', '--json', '--server', plain.origin, '--user', 'ben', ...opens('ben')]),
  ])
  expect(registered.map(({ code }) => code)).toEqual([0, 0])
  const fact = registered[0].facts.find(({ event }) => event === 'registered')
  told = [
    String(fact?.['pairingCode']),
    String(fact?.['alias']),
    ((fact?.['words'] as string[] | undefined) ?? []).slice(0, 2).join(' '),
  ]
})

afterAll(async () => {
  await Promise.all([server?.end(), plain?.end(), coturn?.[Symbol.asyncDispose]()])
  await rm(folder, { recursive: true, force: true })
})

/** Passes everything on, with another time in the server's answers. */
async function clockProxy(origin: string): Promise<Server> {
  const { port } = new URL(origin)
  const proxy = createServer((socket) => {
    const upstream = connect(Number(port), '127.0.0.1')
    socket.pipe(upstream)
    upstream.on('data', (part: Buffer) => {
      const wrong = new Date(Date.now() + MINUTES_WRONG * 60_000).toUTCString()
      socket.write(part.toString('latin1').replace(/^date: .*GMT/im, `Date: ${wrong}`), 'latin1')
    })
    for (const end of [socket, upstream]) {
      end.on('error', () => {})
      end.on('close', () => [socket, upstream].map((each) => each.destroy()))
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return proxy
}

/** Where packets and connections went, as the system was told. */
async function whereTo(trace: string): Promise<string[]> {
  const calls = await readFile(trace, 'latin1')
  const addresses = calls.matchAll(/inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g)
  return [...new Set([...addresses].map(([, four, six]) => four ?? six ?? ''))]
}

describe('solo2 doctor', () => {
  test('[T8] [T11] all well: each step over TLS and through a real coturn, and nobody is asked but server and mirror', async () => {
    const tracer = ['strace', '-f', '-o', at('trace'), '-e', 'trace=connect,sendto,sendmsg,sendmmsg']
    const ended = await solo2(['doctor', '--json', ...opens('ana')], tracer)
    expect([verdictOf(ended), ended.facts.filter(({ level }) => level !== 'fine').slice(0, -1)]).toEqual([
      ['fine', 0],
      [],
    ])
    expect(Object.keys(levelsOf(ended)).sort()).toEqual(
      [
        ...[
          'clock',
          'folder',
          'host',
          'http',
          'mapping',
          'mirror',
          'name',
          'native',
          'node',
          'reflexive',
          'relay_tcp',
          'relay_tls',
        ],
        ...['relay_udp', 'relayed', 'rights', 'session', 'socket', 'space', 'tcp', 'tls', 'webrtc'],
      ].sort(),
    )
    expect(ended.facts.find(({ check }) => check === 'tls')?.['text']).toMatch(/ 29 days more$/)

    const own = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address))
    const called = await whereTo(at('trace'))
    // An address that is left open means this machine too.
    const near = [...own, '0.0.0.0', '::', '::ffff:127.0.0.1']
    expect(called.filter((address) => !near.includes(address))).toEqual([])
    // Control: the trace sees where it goes.
    expect(called).toContain('127.0.0.1')
  })

  test('without a mirror; in words for a person, and no secret among them', async () => {
    const { code, said } = await solo2(['doctor', ...opens('ben')])
    expect(code).toBe(0)
    expect(said).toMatch(/^warning {2}mirror: this server has no mirror/m)
    for (const line of [
      /^ok {7}addresses: others see this device at/m,
      /^all is well/m,
      /^Own addresses stand above/m,
    ]) {
      expect(said).toMatch(line)
    }
    expect(said).not.toMatch(/^problem/m)
    expect(said).not.toContain(PASSWORD)
  })

  test('no server; a clock that is wrong; a folder that is none; a wrong password', async () => {
    const proxy = await clockProxy(plain.origin)
    await writeFile(at('file'), '')
    const wrong = ['--vault', at('ben'), '--password-file', at('other')]
    const { port } = proxy.address() as AddressInfo
    const ended = await Promise.all([
      solo2(['doctor', '--json', '--vault', at('none'), '--server', 'http://localhost:1']),
      solo2(['doctor', '--json', '--vault', at('none'), '--server', `http://127.0.0.1:${port}`]),
      solo2(['doctor', '--json', '--vault', at('file'), '--server', plain.origin]),
      solo2(['doctor', '--json', ...wrong]),
    ])
    proxy.close()
    expect(ended.map(verdictOf)).toEqual([
      ['server', 1],
      ['clock', 1],
      ['folder', 1],
      ['account', 1],
    ])
    const [away, clock, , password] = ended as [Ended, Ended, Ended, Ended]
    expect(levelsOf(away)).toMatchObject({ name: 'fine', tcp: 'problem', session: 'untried' })
    expect(levelsOf(clock)).toMatchObject({ http: 'fine', clock: 'problem', socket: 'fine' })
    expect(clock.said).toContain(`${MINUTES_WRONG} minutes behind the server's`)
    expect(password.said).toContain('wrong_password')
  })

  test('a part that is missing on this machine: the door says so, as a finding and as an error', async () => {
    const sdk = at('program/node_modules/@solo2/sdk')
    await Promise.all([mkdir(sdk, { recursive: true }), cp(dirname(MAIN), at('program/dist'), { recursive: true })])
    await Promise.all([
      writeFile(at('program/package.json'), '{"type":"module"}'),
      writeFile(join(sdk, 'package.json'), '{"type":"module","exports":{"./node":"./node.js"}}'),
      writeFile(join(sdk, 'node.js'), "import './missing.js'"),
    ])
    const main = at('program/dist/main.js')
    const [asked, other] = await Promise.all([
      solo2(['doctor', '--json'], [], main),
      solo2(['whoami', '--json', ...opens('ana')], [], main),
    ])
    expect(verdictOf(asked)).toEqual(['program', 1])
    expect(levelsOf(asked)).toEqual({ node: 'fine', native: 'problem' })
    expect([other.code, other.facts]).toMatchObject([1, [{ event: 'error', code: 'internal' }]])
    for (const { said } of [asked, other]) expect(said).toContain('ERR_MODULE_NOT_FOUND')
  })

  test('[T8] a mirror that went away, and what was secret is not said of it either', async () => {
    await coturn[Symbol.asyncDispose]()
    const ended = await solo2(['doctor', '--json', ...opens('ana')])
    expect(verdictOf(ended)).toEqual(['mirror_unreachable', 1])
    expect(levelsOf(ended)).toMatchObject({ reflexive: 'fine', relay_udp: 'problem', relay_tcp: 'warning' })
    for (const secret of [PASSWORD, ...told]) expect(ended.said).not.toContain(secret)
    // Nor the name and the key of a credential of the mirror: a time and a fingerprint, and an HMAC in base64.
    expect(ended.said).not.toMatch(/\d{10}:[\w-]|[\w+/]{27}=/)
  })
})
