/** Hostile input on every method of the account plane: one typed answer each, and the server goes on (spec/05 section 3). */

import { join } from '../../literal/bytes.js'
import { ensureKept } from '../../src/case.js'
import { bearer, call, encoded, METHODS, type MethodName, PUBLIC, pathOf } from './calls.js'
import { bytesTo, type HttpAnswer } from './http.js'
import { person } from './people.js'
import { refusalOf } from './refusals.js'
import { ask, random, type ServerCase, type ServerSubject } from './subject.js'

/** Mulberry32: what failed once fails again. */
function chance(seed: number): (length: number) => Uint8Array {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) & 0xff
  }
  return (length) => Uint8Array.from({ length }, next)
}

const SEED = 0x5010_0007

/** Field 1, a length of 2^35 and more, then next to nothing. */
const HUGE = Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2)
/** Groups within groups, which nobody ends. */
const DEEP = new Uint8Array(8_000).fill(0x0b)
const TRUNCATED = Uint8Array.of(0x0a, 0x20, 1, 2, 3)
/** A varint that has no end, and a field number of zero. */
const ENDLESS = new Uint8Array(16).fill(0xff)
const ZERO = Uint8Array.of(0x00, 0x01)
const LOOSE_END = Uint8Array.of(0x0c)
/** No protobuf at all: these must never pass. */
const BROKEN: readonly (readonly [string, Uint8Array])[] = [
  ['a truncated message', TRUNCATED],
  ['a huge length', HUGE],
  ['an endless varint', ENDLESS],
  ['a field number of zero', ZERO],
  ['the end of a group that never began', LOOSE_END],
]

/** Of every wire type that the first six fields do not have: a fixed number each. */
const WRONG_TYPES = join(...[1, 2, 3, 4, 5, 6].map((field) => join(Uint8Array.of((field << 3) | 1), new Uint8Array(8))))

/** A whole call of these would end what the case stands on, or use up what others need. */
const NEVER_WHOLE: readonly MethodName[] = [
  'logout',
  'endSessions',
  'pauseAccount',
  'newPairingCode',
  'register',
  'login',
  'recover',
  'sendFeedback',
]

/** Why this is not the one typed answer that it must be. */
function ensureTyped(what: string, answer: HttpAnswer, mayPass: boolean): void {
  if (answer.status === 200) {
    ensureKept(mayPass, `${what} passes`)
    return
  }
  const refusal = refusalOf(answer)
  ensureKept(answer.status < 500 || refusal.code === 'unimplemented', `${what}: ${answer.status} ${refusal.code}`)
}

async function ensureServes(subject: ServerSubject, token: Uint8Array): Promise<void> {
  const { salt } = await call(subject, 'prelogin', { username: 'somebody' })
  ensureKept(salt.length === 16, 'Prelogin does not work after hostile input')
  await call(subject, 'getAccount', {}, token)
}

function hostileCase(
  what: string,
  title: string,
  /** Whose session: each may make some calls a minute only. */
  role: string,
  bodies: (
    random: (length: number) => Uint8Array,
    name: MethodName,
  ) => readonly (readonly [string, Uint8Array, boolean])[],
): ServerCase {
  return {
    id: `server/hostile/${what}`,
    title,
    promises: [],
    rules: ['05-3', '05-5'],
    explain:
      'Every method gets these bytes, with a session where it needs one. Each answer must be a refusal with one code of spec/13 and never a fault of the server; afterwards the server must serve as before. What is random comes of a fixed seed.',
    longestMs: 120_000,
    async run(subject, seen) {
      const caller = await person(subject, role)
      const counts = new Map<string, number>()
      const next = chance(SEED)
      for (const name of METHODS) {
        const headers = { 'content-type': 'application/proto', ...(PUBLIC.includes(name) ? {} : bearer(caller.token)) }
        for (const [form, body, mayPass] of bodies(next, name)) {
          const answer = await ask(subject, { path: pathOf(name), headers, body })
          ensureTyped(`${form} at ${name} (${Buffer.from(body.subarray(0, 40)).toString('hex')})`, answer, mayPass)
          const kind = answer.status === 200 ? '200' : refusalOf(answer).code
          counts.set(kind, (counts.get(kind) ?? 0) + 1)
        }
      }
      seen.note([...counts].map(([kind, count]) => `${kind}: ${count}`).join(', '))
      await ensureServes(subject, caller.token)
    },
  }
}

const broken = hostileCase('protobuf', 'bytes that are no protobuf are refused by every method', 'hal', () =>
  BROKEN.map(([form, body]) => [form, body, false] as const),
)

const odd = hostileCase(
  'fields',
  'fields of other types, deep and random bytes never make the server fail',
  'ivy',
  (next, name) => {
    const whole = !NEVER_WHOLE.includes(name)
    return [
      ['a deep group', DEEP, false] as const,
      ['a group that ends elsewhere', join(Uint8Array.of(0x0b), next(60), Uint8Array.of(0x14)), false] as const,
      ['random bytes behind a length', join(Uint8Array.of(0x0a, 0xfa, 0x01), next(80)), false] as const,
      ...(whole
        ? [
            ['other wire types', WRONG_TYPES, true] as const,
            ['random bytes', next(40), true] as const,
            ['a random field', join(Uint8Array.of(0x0a, 40), next(40)), true] as const,
            ['nothing', new Uint8Array(0), true] as const,
          ]
        : []),
    ]
  },
)

const doubled: ServerCase = {
  id: 'server/hostile/headers',
  title: 'doubled and broken headers get one answer or a close, never a fault',
  promises: [],
  rules: ['05-91', '05-3'],
  explain:
    'Requests with two types, two tokens, two lengths, no host, a length that is none and another version are sent as bytes. What is HTTP must get a typed refusal, what is not 400, 505 or a close.',
  async run(subject, seen) {
    const hal = await person(subject, 'hal')
    const { host } = new URL(subject.origin)
    const body = Buffer.from(encoded('prelogin', { username: 'somebody' }))
    const post = (...lines: readonly string[]) =>
      Buffer.concat([Buffer.from(`POST ${pathOf('prelogin')} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), body])
    const length = `Content-Length: ${body.length}`
    const type = 'Content-Type: application/proto'
    const to = `Host: ${host}`
    const bearerOf = (token: Uint8Array) => `Authorization: ${bearer(token)['authorization']}`
    const http: readonly (readonly [string, Buffer])[] = [
      ['two types', post(to, type, 'Content-Type: application/json', length)],
      ['two versions', post(to, type, 'Connect-Protocol-Version: 1', 'Connect-Protocol-Version: 1', length)],
      ['no type', post(to, length)],
      ['a long header', post(to, type, `X-Long: ${'a'.repeat(3_000)}`, length)],
      ['two tokens', post(to, type, bearerOf(hal.token), bearerOf(random(32)), length)],
    ]
    const nothing: readonly (readonly [string, Buffer])[] = [
      ['two lengths', post(to, type, length, 'Content-Length: 2')],
      ['no host', post(type, length)],
      ['no length', post(to, type, 'Content-Length: many')],
      ['a negative length', post(to, type, 'Content-Length: -1')],
      ['another version', Buffer.from(`GET / HTTP/9.9\r\n${to}\r\n\r\n`)],
      ['no HTTP', Buffer.from('words and more words\r\n\r\n')],
      ['zeros', Buffer.alloc(64)],
    ]
    for (const [what, bytes] of http) {
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec((await bytesTo(subject.origin, bytes)).toString('latin1'))?.[1])
      seen.note(`${what}: ${status}`)
      ensureKept(status === 200 || (status >= 400 && status < 500), `${what}: ${status}`)
    }
    await Promise.all(
      nothing.map(async ([what, bytes]) => {
        const answer = (await bytesTo(subject.origin, bytes, 18_000)).toString('latin1')
        seen.note(`${what}: ${answer.slice(0, 12) || 'closed'}`)
        ensureKept(/^(HTTP\/1\.1 (400|505) |$)/.test(answer), `${what}: ${answer.slice(0, 40)}`)
      }),
    )
    await ensureServes(subject, hal.token)
  },
}

export const hostileCases: readonly ServerCase[] = [broken, odd, doubled]
