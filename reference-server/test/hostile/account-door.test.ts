/** Hostile input on the account plane's door of the real server process (spec/05 section 3): typed answers, nothing kept. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  GetAccountResponse,
  PreloginRequest,
  PreloginResponse,
  Refusal,
  RegisterRequest,
  RegisterResponse,
} from '@solo2/proto/account'
import { ERROR_CODES, toBase64url } from '@solo2/sdk/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServerProcess, startServer } from '../../../sdk/test/support/server.js'
import { cases } from '../../../tools/cases.js'
import { HTTP_STATUS } from '../../src/envelope/errors.js'
import { bytes, servicePath, wrapper } from '../harness.js'
import { type Attack, createAttacks, NEVER_WHOLE, NO_HTTP } from './attacks.js'
import { createChance } from './chance.js'
import { openWire, type Wire, type WireAnswer } from './wire.js'

/** Windows of a second: the limits are there, and keep little. */
const MANY = '1000000/1'
const LIMITS = ['PRELOGIN', 'REGISTER', 'LOGIN', 'CALLS', 'LOOK_UP', 'PAIRING', 'TICKETS', 'TURN']

let server: ServerProcess
let token: Uint8Array

async function post(method: string, body: Uint8Array): Promise<Uint8Array> {
  const headers = { 'content-type': 'application/proto', authorization: `Bearer ${toBase64url(token ?? bytes(32))}` }
  const answer = await fetch(`${server.url}${servicePath}${method}`, {
    method: 'POST',
    headers,
    body: Buffer.from(body),
  })
  expect({ method, status: answer.status }).toEqual({ method, status: 200 })
  return new Uint8Array(await answer.arrayBuffer())
}

beforeAll(async () => {
  server = await startServer({
    ...Object.fromEntries(LIMITS.map((name) => [`SOLO2_LIMIT_${name}`, MANY])),
    SOLO2_LOG: 'off',
    // A small heap, so that what is measured is what the server keeps and not what waits to be collected.
    NODE_OPTIONS: '--max-semi-space-size=1 --max-old-space-size=48',
  })
  const registration = RegisterRequest.encode({
    username: 'hostile',
    displayName: 'Hostile',
    authKey: new Uint8Array(randomBytes(32)),
    wrappedMasterKey: wrapper(),
    recoveryFingerprint: bytes(32),
    versions: [1],
  }).finish()
  const { session } = RegisterResponse.decode(await post('Register', registration))
  token = session?.token ?? bytes(0)
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
})

/** Statuses that the envelope gives beside those of the codes. */
const ENVELOPE_STATUSES = [404, 405, 413, 415, 501]
const STATUS_OF = HTTP_STATUS as Readonly<Record<string, number>>

/** Why this is not the one typed answer that it must be, or undefined. */
function problemOf({ isHead, mayPass }: Attack, answer: WireAnswer | undefined): string | undefined {
  if (answer === undefined) return 'closed without an answer'
  if (isHead) return [404, 405].includes(answer.status) ? undefined : `HEAD gave ${answer.status}`
  if (answer.status === 200) return mayPass ? undefined : 'passed'
  let parsed: { code: string; details: { type: string; value: string }[] }
  try {
    parsed = JSON.parse(answer.body.toString())
  } catch {
    return `${answer.status} with a body that is no JSON`
  }
  const { code, details } = parsed
  const refusal = Refusal.decode(Buffer.from(details[0]?.value ?? '', 'base64'))
  if (details.length !== 1 || details[0]?.type !== 'solo2.account.v1.Refusal') return 'no single Refusal'
  if (!(refusal.code in ERROR_CODES)) return `unknown code ${refusal.code}`
  if (refusal.code === 'internal' || answer.status === 500) return 'internal error'
  if (answer.status !== STATUS_OF[code] && !ENVELOPE_STATUSES.includes(answer.status))
    return `${code} as ${answer.status}`
  return undefined
}

async function residentMiB(): Promise<number> {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024
}

async function validClientWorks(): Promise<void> {
  const { account } = GetAccountResponse.decode(await post('GetAccount', bytes(0)))
  expect(account?.username).toBe('hostile')
  const prelogin = await post('Prelogin', PreloginRequest.encode({ username: 'hostile' }).finish())
  expect(PreloginResponse.decode(prelogin).salt).toHaveLength(16)
}

const LANES = 8
const BLOCK = 1_000

const PATIENCE_MS = cases(600_000, 7_200_000)

describe('hostile input on the account door', () => {
  it(
    'gets one typed answer each, or a documented close; valid clients go on, memory stays',
    async () => {
      const total = cases('hostile.account-door')
      const chance = createChance(0x5010_2026)
      const nextAttack = createAttacks(chance, token)
      const waiting: Promise<Buffer>[] = []
      const counts = new Map<number, number>()
      const wires: Wire[] = []
      const lane = async (n: number, left: () => boolean) => {
        while (left()) {
          if (wires[n]?.isOpen !== true) wires[n] = await openWire(server.port)
          const attack = nextAttack()
          const answer = await (wires[n] as Wire).ask(attack.request, attack.isHead)
          const problem = problemOf(attack, answer)
          if (problem !== undefined) {
            expect.fail(`${attack.what}: ${problem}\n${Buffer.from(attack.request).toString('latin1').slice(0, 600)}`)
          }
          counts.set(answer?.status ?? 0, (counts.get(answer?.status ?? 0) ?? 0) + 1)
        }
      }
      let first = 0
      for (let done = 0; done < total; done += BLOCK) {
        let left = BLOCK - NO_HTTP.length
        const take = () => left-- > 0
        await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n, take)))
        await Promise.all(
          NO_HTTP.map(async (text) => {
            const wire = await openWire(server.port)
            const answer = (await wire.finish(Buffer.from(text, 'latin1'))).toString('latin1')
            expect({ text, answer }).toEqual({ text, answer: expect.stringMatching(/^(HTTP\/1\.1 (400|505) |$)/) })
          }),
        )
        if (done % 10_000 === 0) {
          for (const text of NEVER_WHOLE) {
            waiting.push(openWire(server.port).then((wire) => wire.finish(Buffer.from(text, 'latin1'))))
          }
        }
        await validClientWorks()
        if (done + BLOCK === 10_000) first = await residentMiB()
      }
      const last = await residentMiB()
      for (const bytesBack of await Promise.all(waiting)) expect(bytesBack).toHaveLength(0)
      for (const wire of wires) wire.close()
      const seen = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
      console.log(
        `answers ${seen.join(', ')}; resident after 10,000: ${first.toFixed(1)} MiB, after ${total}: ${last.toFixed(1)}`,
      )
      // Control: the cases reach past the envelope, and every kind of refusal is among them.
      for (const status of [200, 400, 401, 404, 405, 413, 415, 501])
        expect(counts.get(status)).toBeGreaterThan(total / 1_000)
      expect(Math.abs(last - first)).toBeLessThan(32)
    },
    PATIENCE_MS,
  )

  it('control: a good call would be told from a hostile one', async () => {
    const wire = await openWire(server.port)
    const body = PreloginRequest.encode({ username: 'hostile' }).finish()
    const head = `POST ${servicePath}Prelogin HTTP/1.1\r\nHost: x\r\nContent-Type: application/proto\r\nContent-Length: ${body.length}\r\n\r\n`
    const request = Buffer.concat([Buffer.from(head), body])
    const answer = await wire.ask(request)
    wire.close()
    const attack = { what: 'a good call', request, isHead: false, mayPass: false }
    expect(problemOf(attack, answer)).toBe('passed')
    expect(problemOf(attack, undefined)).toBeDefined()
    expect(
      problemOf(attack, { status: 500, head: '', body: Buffer.from('{"code":"internal","details":[]}') }),
    ).toBeDefined()
  })
})
