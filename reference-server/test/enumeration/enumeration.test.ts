/**
 * Who has an account shows neither in an answer nor in its time (spec/05 rules 05-9, 05-10, 05-44). The one test that judges
 * times, because the promise is one about time: calls for known and unknown names take turns, so that what else the
 * machine does falls on both, and Welch's t tells whether their means differ by more than chance.
 */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { afterAll, describe, expect, it, vi } from 'vitest'
import * as verifier from '../../src/password/verifier.js'
import { bytes, newPerson, type Person, servicePath, startTestServer, type TestServer } from '../harness.js'
import { welch } from './welch.js'

/** Without the dummy run: what the server would be if a name that nobody has cost it nothing. */
async function startWithoutDummy(): Promise<TestServer> {
  const real = verifier.createPasswords
  const spy = vi.spyOn(verifier, 'createPasswords').mockImplementation((...args) => {
    const passwords = real(...args)
    return {
      ...passwords,
      matches: async (authKey: Uint8Array, stored: verifier.Verifier | undefined) =>
        stored !== undefined && passwords.matches(authKey, stored),
    }
  })
  try {
    return await startTestServer()
  } finally {
    spy.mockRestore()
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
afterAll(() => agent.destroy())

interface Answer {
  readonly ms: number
  readonly status: number
  readonly headers: object
  readonly text: string
}

function call(server: TestServer, method: string, body: object): Promise<Answer> {
  const json = Buffer.from(JSON.stringify(body))
  const headers = { 'content-type': 'application/json', 'content-length': json.length }
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const path = `${servicePath}${method}`
    const open = request({ host: '127.0.0.1', port: server.port, method: 'POST', path, headers, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const ms = performance.now() - from
        const { date: _, ...rest } = response.headers
        resolve({ ms, status: response.statusCode ?? 0, headers: rest, text: Buffer.concat(chunks).toString() })
      })
    })
    open.on('error', reject)
    open.end(json)
  })
}

const NAMES = 16
/** All of one length, so that only who exists differs. */
const nameOf = (kind: string, n: number) => `${kind}-person-${String(n).padStart(4, '0')}`

interface Method {
  readonly name: string
  readonly tries: number
  request(username: string): object
}

const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64')

const METHODS: readonly Method[] = [
  { name: 'Prelogin', tries: 3_000, request: (username) => ({ username }) },
  {
    name: 'Login',
    tries: 150,
    request: (username) => ({ username, authKey: base64(bytes(32, 9)), versions: [1] }),
  },
  {
    name: 'Recover',
    tries: 150,
    request: (username) => ({
      username,
      authenticator: base64(bytes(32, 9)),
      authKey: base64(bytes(32, 9)),
      wrappedMasterKey: base64(Uint8Array.of(1, 1, 0, 0, ...bytes(76))),
      versions: [1],
    }),
  },
]

const NAMED = METHODS.map((method): [string, Method] => [method.name, method])

async function crowd(server: TestServer): Promise<Person[]> {
  const people: Person[] = []
  for (let n = 0; n < NAMES; n++) people.push(await newPerson(server, { name: nameOf('known', n) }))
  return people
}

/** `tries` of each kind, in an order that chance decides within each pair. */
async function times(server: TestServer, { name, request: make }: Method, tries: number) {
  const found = { known: [] as number[], other: [] as number[] }
  const one = async (kind: 'known' | 'other', n: number) => {
    const { ms } = await call(server, name, make(nameOf(kind, n % NAMES)))
    found[kind].push(ms)
  }
  for (let n = 0; n < tries; n++) {
    const order = (randomBytes(1)[0] ?? 0) & 1 ? (['known', 'other'] as const) : (['other', 'known'] as const)
    for (const kind of order) await one(kind, n)
  }
  return welch(found.known, found.other)
}

const ALIKE = 4.5
const APART = 10

describe('[A2] known and unknown names', () => {
  it.each(NAMED)('%s: equal in answer', async (_, method) => {
    const server = await startTestServer()
    const [person] = await crowd(server)
    const known = await call(server, method.name, method.request(person?.username ?? ''))
    const other = await call(server, method.name, method.request(nameOf('other', 0)))
    expect(other.status).toBe(known.status)
    expect(other.headers).toEqual(known.headers)
    expect(other.text.length).toBe(known.text.length)
    // A refusal is the same byte for byte; Prelogin's salts differ, as those of two people do.
    const withoutSalt = (text: string) => text.replace(/"salt":"[A-Za-z0-9+/=]{24}"/, '')
    expect(withoutSalt(other.text)).toBe(withoutSalt(known.text))
    expect((await call(server, method.name, method.request(nameOf('other', 0)))).text).toBe(other.text)
  })

  it.each(NAMED)('%s: equal in time', async (_, method) => {
    const server = await startTestServer()
    await crowd(server)
    await times(server, method, method.tries / 10)
    let seen = await times(server, method, method.tries)
    // What chance did is not there in three times as many tries; what the code does stands out more.
    if (Math.abs(seen.t) >= ALIKE) seen = await times(server, method, 3 * method.tries)
    console.log(
      `${method.name}: t = ${seen.t.toFixed(2)}, means ${seen.means.map((ms) => ms.toFixed(3)).join(', ')} ms`,
    )
    expect(Math.abs(seen.t)).toBeLessThan(ALIKE)
  })

  it('control: a server without the run for nobody is told apart', async () => {
    const server = await startWithoutDummy()
    await crowd(server)
    const login = METHODS.find(({ name }) => name === 'Login') as Method
    const seen = await times(server, login, login.tries)
    console.log(`Login without the run for nobody: t = ${seen.t.toFixed(1)}`)
    expect(Math.abs(seen.t)).toBeGreaterThan(APART)
  })
})
