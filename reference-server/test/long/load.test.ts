/**
 * Registrations, logins and introductions as fast as the machine gives them, the server killed and started again in the
 * middle: nothing that was acknowledged is lost, memory stays flat. Half a minute, ten minutes in the long run, or
 * LOAD_SECONDS of them.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AccountServiceDefinition } from '@solo2/proto/account-service'
import { toBase64url } from '@solo2/sdk/shared'
import { describe, expect, it } from 'vitest'
import { type ServerProcess, startServer } from '../../../sdk/test/support/server.js'
import { cases } from '../../../tools/cases.js'
import { servicePath, temporaryFolder, wrapper } from '../harness.js'
import { connect, type SocketClient } from '../socket-client.js'
import { createTimes } from './times.js'

const SECONDS = Number(process.env['LOAD_SECONDS'] ?? cases(20, 600))
/** Moments of a SIGKILL, as shares of the time. */
const KILLS = [1 / 3, 1 / 2]
/** More of each than the machine has cores, fewer than the server lets wait for Argon2id. */
const LANES = { register: 4, login: 4, introduction: 4 } as const

const MANY = '1000000/1'
const environment = {
  SOLO2_LOG: 'off',
  ...Object.fromEntries(
    ['REGISTER', 'LOGIN', 'CALLS', 'TICKETS', 'SOCKETS'].map((name) => [`SOLO2_LIMIT_${name}`, MANY]),
  ),
  // A small heap, so that what is measured is what the server keeps and not what waits to be collected.
  NODE_OPTIONS: '--max-semi-space-size=1 --max-old-space-size=64',
}

interface Person {
  readonly username: string
  readonly authKey: Uint8Array
  readonly token: Uint8Array
}

type Methods = typeof AccountServiceDefinition.methods
type Answer<Name extends keyof Methods> = ReturnType<Methods[Name]['responseType']['decode']>

/** The server that is up now, or will be up again. */
interface Running {
  server: ServerProcess
  /** Counts starts; a call that failed while it changed, or while `isDown`, failed for that. */
  generation: number
  isDown: boolean
}

async function call<Name extends 'register' | 'login' | 'getAccount' | 'drawTickets'>(
  { server }: Running,
  name: Name,
  request: object,
  token?: Uint8Array,
): Promise<Answer<Name>> {
  const { requestType, responseType, name: path } = AccountServiceDefinition.methods[name]
  const codec = requestType as unknown as {
    fromPartial(object: object): unknown
    encode(message: unknown): { finish(): Uint8Array }
  }
  const headers: Record<string, string> = { 'content-type': 'application/proto' }
  if (token !== undefined) headers['authorization'] = `Bearer ${toBase64url(token)}`
  const body = Buffer.from(codec.encode(codec.fromPartial(request)).finish())
  const answer = await fetch(`${server.url}${servicePath}${path}`, { method: 'POST', headers, body })
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return responseType.decode(new Uint8Array(await answer.arrayBuffer())) as Answer<Name>
}

async function admitted(running: Running, person: Person): Promise<SocketClient> {
  const { tickets } = await call(running, 'drawTickets', { count: 1 }, person.token)
  const client = await connect(running.server)
  const value = tickets[0] as Uint8Array
  client.frame({ $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value } } })
  return client
}

/** The next frame, or an error if the socket ends first: a killed server sends no close frame. */
async function next(client: SocketClient): Promise<string> {
  const ended = client.closed.then((code) => {
    throw new Error(`closed with ${code}`)
  })
  return (await Promise.race([client.next(), ended])).$case
}

/** Two people meet on a topic and a signal goes from one to the other. */
async function introduce(running: Running, [a, b]: readonly [Person, Person]): Promise<void> {
  const topic = new Uint8Array(randomBytes(16))
  const clients = [await admitted(running, a), await admitted(running, b)] as const
  for (const client of clients) {
    expect(await next(client)).toBe('opened')
    client.frame({ $case: 'join', value: { topics: [topic] } })
    expect(await next(client)).toBe('joined')
  }
  const [from, to] = clients
  from.frame({ $case: 'send', value: { topic, signal: new Uint8Array(randomBytes(4_096)) } })
  expect(await next(to)).toBe('delivery')
  for (const client of clients) client.socket.terminate()
}

function residentMiB({ server }: Running): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1_024
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('load', () => {
  it(
    'loses nothing that was acknowledged when the server is killed under load, and keeps its memory flat',
    async () => {
      const data = temporaryFolder()
      const start = () => startServer({ ...environment, SOLO2_DATA: data })
      const running: Running = { server: await start(), generation: 1, isDown: false }
      const people: Person[] = []
      /** Sessions that logins gave, with the account that each must show. */
      const sessions: { token: Uint8Array; username: string }[] = []
      const times = { register: createTimes(), login: createTimes(), introduction: createTimes() }
      const anybody = () => people[Math.floor(Math.random() * people.length)] as Person
      let isOver = false
      let cutOff = 0

      const register = async () => {
        const person = { username: `load-${randomBytes(12).toString('hex')}`, authKey: new Uint8Array(randomBytes(32)) }
        const { session } = await call(running, 'register', {
          ...person,
          displayName: 'Under load',
          wrappedMasterKey: wrapper(),
          recoveryFingerprint: new Uint8Array(32),
          versions: [1],
        })
        people.push({ ...person, token: session?.token ?? new Uint8Array(0) })
      }
      const login = async () => {
        const { username, authKey } = anybody()
        const { session } = await call(running, 'login', { username, authKey, versions: [1] })
        sessions.push({ token: session?.token ?? new Uint8Array(0), username })
      }
      const jobs = { register, login, introduction: () => introduce(running, [anybody(), anybody()]) }

      const lane = async (kind: keyof typeof jobs) => {
        while (!isOver) {
          const { generation } = running
          const from = performance.now()
          try {
            await jobs[kind]()
            times[kind].add(performance.now() - from)
          } catch (error) {
            // Only a server that was killed may have failed; then its answer, if any, was no acknowledgement.
            if (!running.isDown && running.generation === generation) throw error
            cutOff += 1
            while (running.isDown) await pause(20)
          }
        }
      }

      await register()
      const lanes = Object.entries(LANES).flatMap(([kind, count]) =>
        Array.from({ length: count }, () => lane(kind as keyof typeof jobs)),
      )
      const failure = Promise.all(lanes)
      const supervise = async () => {
        const began = performance.now()
        const kills = KILLS.map((share) => share * SECONDS)
        const memory: { second: number; mib: number }[] = []
        for (;;) {
          const second = (performance.now() - began) / 1_000
          if (second >= SECONDS) break
          if (second >= (kills[0] ?? Number.POSITIVE_INFINITY)) {
            kills.shift()
            running.isDown = true
            await running.server.kill()
            running.server = await start()
            running.generation += 1
            running.isDown = false
          }
          memory.push({ second, mib: residentMiB(running) })
          await pause(200)
        }
        isOver = true
        return memory
      }
      const memory = await Promise.race([supervise(), failure.then(() => expect.fail('the load ended by itself'))])
      await failure

      for (const [kind, each] of Object.entries(times)) console.log(`${kind}: ${each.summary(SECONDS)}`)
      // The last server only: from its third quarter of warmth to its end.
      const between = (from: number, to: number) =>
        mean(memory.filter(({ second }) => second >= from * SECONDS && second < to * SECONDS).map(({ mib }) => mib))
      const [early, late] = [between(0.65, 0.75), between(0.9, 1)]
      console.log(
        `resident: ${early.toFixed(1)} MiB, then ${late.toFixed(1)} MiB; ${cutOff} calls cut off by the kills`,
      )

      // Control: the kills came under load.
      expect(cutOff).toBeGreaterThan(0)
      let lost = 0
      const shown = [...people, ...sessions]
      for (let n = 0; n < shown.length; n += 16) {
        await Promise.all(
          shown.slice(n, n + 16).map(async ({ token, username }) => {
            const seen = await call(running, 'getAccount', {}, token).catch(() => undefined)
            if (seen?.account?.username !== username) lost += 1
          }),
        )
      }
      console.log(`${people.length} registrations and ${sessions.length} logins acknowledged, ${lost} lost`)
      expect(lost).toBe(0)
      // Passwords too, of a few: each costs the server Argon2id.
      for (const { username, authKey } of people.slice(0, 10)) {
        expect((await call(running, 'login', { username, authKey, versions: [1] })).account?.username).toBe(username)
      }
      expect(late - early).toBeLessThan(32)
      await running.server[Symbol.asyncDispose]()
    },
    (SECONDS + 240) * 1_000,
  )
})
