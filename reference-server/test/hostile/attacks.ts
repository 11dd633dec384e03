/** Hostile requests to the account plane, each a whole HTTP request made of a good one by chance. */
import { AccountServiceDefinition } from '@solo2/proto/account-service'
import { toBase64url } from '@solo2/sdk/shared'
import { bytes, servicePath } from '../harness.js'
import type { Chance } from './chance.js'

type MethodName = keyof typeof AccountServiceDefinition.methods

export interface Attack {
  readonly what: string
  readonly request: Uint8Array
  readonly isHead: boolean
  /** Chance may have made a good request of it: then 200 is right. */
  readonly mayPass: boolean
}

interface Parts {
  readonly verb?: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const CRLF = '\r\n'

function http({ verb = 'POST', path, headers, body }: Parts): Buffer {
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': String(body.length) })
  const head = [`${verb} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)].join(CRLF)
  return Buffer.concat([Buffer.from(`${head}${CRLF}${CRLF}`, 'latin1'), body])
}

const METHODS = Object.keys(AccountServiceDefinition.methods) as MethodName[]
/** A wrong guess at these costs the server Argon2id, which is what their limits are for: only broken ones come here often. */
const COSTLY: readonly MethodName[] = METHODS.filter((name) => {
  const fields = AccountServiceDefinition.methods[name].requestType.fromPartial({})
  return name !== 'publishBundle' && ('authKey' in fields || 'authenticator' in fields)
})
const CHEAP = METHODS.filter((name) => !COSTLY.includes(name) && !['logout', 'endSessions'].includes(name))

/** A request that is right in form; fields of methods that have none of them are left out by the codec. */
const FIELDS = {
  username: 'hostile-name',
  displayName: 'Hostile',
  authKey: bytes(32, 1),
  wrappedMasterKey: bytes(80, 1),
  recoveryFingerprint: bytes(32, 2),
  versions: [1, 2, 3],
  code: '7K3M-9QXA-4T',
  id: 'hY0Jm2uXw3bq8yT1kQzP5rLd',
  accept: true,
  count: 1,
  bundle: { body: bytes(90, 3), signature: bytes(64, 4) },
  message: 'words',
}

interface Codec {
  fromPartial(object: object): unknown
  encode(message: unknown): { finish(): Uint8Array }
  toJSON(message: unknown): object
}
const codecOf = (name: MethodName) => AccountServiceDefinition.methods[name].requestType as unknown as Codec
const proto = (name: MethodName) => codecOf(name).encode(codecOf(name).fromPartial(FIELDS)).finish()
const json = (name: MethodName) => codecOf(name).toJSON(codecOf(name).fromPartial(FIELDS)) as Record<string, unknown>
const pathOf = (name: MethodName) => `${servicePath}${AccountServiceDefinition.methods[name].name}`

const PROTO = { 'content-type': 'application/proto' }
const JSON_TYPE = { 'content-type': 'application/json' }

const HUGE = ['1e400', '-1', '4294967296', '1.5', '9007199254740993', '-0', '1e-400', `1${'0'.repeat(400)}`, 'NaN']
const ODD_VALUES = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '[[[[]]]]',
  '{"a":{"b":{"c":{}}}}',
  '"\\ud800"',
  '"\\u0000"',
  '"a\\u202eb"',
  '"=="',
  '"AAA"',
  `"${'A'.repeat(9_000)}"`,
]
const PROTOTYPES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'then']
const TYPES = [
  'text/plain',
  'application/grpc',
  'application/connect+proto',
  'application/json; charset=utf-16',
  '*/*',
  '',
]
const VERBS = ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'BREW']

export function createAttacks(chance: Chance, token: Uint8Array): () => Attack {
  const session = { authorization: `Bearer ${toBase64url(token)}` }
  const { below, pick } = chance
  const plain = (what: string, parts: Parts, mayPass = false): Attack => ({
    what,
    request: http(parts),
    isHead: parts.verb === 'HEAD',
    mayPass,
  })
  const onProto = (what: string, name: MethodName, body: Uint8Array, mayPass = true) =>
    plain(`${name} ${what}`, { path: pathOf(name), headers: { ...PROTO, ...session }, body }, mayPass)
  const onJson = (what: string, name: MethodName, text: string, mayPass = true) =>
    plain(
      `${name} ${what}`,
      { path: pathOf(name), headers: { ...JSON_TYPE, ...session }, body: Buffer.from(text) },
      mayPass,
    )
  const withHeaders = (what: string, headers: Record<string, string>, mayPass = false) =>
    plain(what, { path: pathOf('getAccount'), headers, body: new Uint8Array(0) }, mayPass)

  const flipped = (body: Uint8Array) => {
    const out = body.slice()
    for (let n = 0; n <= below(4) && out.length > 0; n++) {
      const at = below(out.length)
      out[at] = (out[at] ?? 0) ^ (1 << below(8))
    }
    return out
  }
  const mutatedJson = (name: MethodName) => {
    const object = json(name)
    const keys = Object.keys(object)
    const key = keys.length === 0 ? 'username' : pick(keys)
    const text = JSON.stringify(object)
    const value = pick([...HUGE, ...ODD_VALUES])
    return `${text.slice(0, -1)}${text.length > 2 ? ',' : ''}${JSON.stringify(key)}:${value}}`
  }

  const kinds: readonly (() => Attack)[] = [
    () => onProto('random bytes', pick(CHEAP), chance.bytes(below(400))),
    () => {
      const name = pick(CHEAP)
      const body = proto(name)
      return onProto('cut off', name, body.subarray(0, below(body.length + 1)))
    },
    () => {
      const name = pick(CHEAP)
      return onProto('flipped bits', name, flipped(proto(name)))
    },
    () => {
      // A field that claims far more than there is, group tags, an endless varint.
      const tail = pick([
        [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
        [0x0b, 0x0b, 0x0b, 0x0b],
        new Array(64).fill(0xff),
        [0x0c],
        [0x00, 0x00],
        [0xfa, 0xff, 0xff, 0xff, 0x0f, 0x01, 0x00],
      ])
      const name = pick(METHODS.filter((each) => !['logout', 'endSessions'].includes(each)))
      return onProto('hostile tail', name, Uint8Array.from(tail), CHEAP.includes(name))
    },
    () => onProto('thousands of fields', pick(CHEAP), Buffer.alloc(2 * (1 + below(8_000)), Buffer.of(0x78, 0x01))),
    () => onJson('random text', pick(METHODS), Buffer.from(chance.bytes(below(300))).toString('latin1'), false),
    () => onJson('odd value', ...((name) => [name, mutatedJson(name)] as const)(pick(CHEAP))),
    () => {
      const name = pick(CHEAP)
      const text = JSON.stringify(json(name))
      return onJson('cut off', name, text.slice(0, below(text.length)), false)
    },
    () => {
      const own = JSON.stringify(pick(PROTOTYPES))
      const inner = pick(['{"username":"amy1","count":9}', '1', 'null', '"x"', '{"__proto__":{"polluted":true}}'])
      return onJson('prototype key', pick(CHEAP), `{${own}:${inner}}`)
    },
    () => onJson('deep', pick(METHODS), pick(['[', '{"a":']).repeat(1 + below(3_000)), false),
    () => withHeaders('content type', { ...session, 'content-type': pick(TYPES) }),
    () =>
      withHeaders('compression', {
        ...session,
        ...PROTO,
        'content-encoding': pick(['gzip', 'br', 'zstd', 'x'.repeat(99)]),
      }),
    () =>
      withHeaders('deadline', {
        ...session,
        ...PROTO,
        'connect-timeout-ms': pick(['-1', '1e3', '0x10', '9'.repeat(11)]),
      }),
    () => withHeaders('version', { ...session, ...PROTO, 'connect-protocol-version': pick(['0', '2', '1.0', 'one']) }),
    () => withHeaders('no session', PROTO),
    () =>
      withHeaders('wrong session', {
        ...PROTO,
        authorization: pick([
          `Bearer ${toBase64url(chance.bytes(32))}`,
          `Bearer ${toBase64url(chance.bytes(31))}`,
          `Bearer ${'!'.repeat(43)}`,
          `Basic ${toBase64url(chance.bytes(32))}`,
          `Bearer ${'A'.repeat(2_000)}`,
          'Bearer',
        ]),
      }),
    () =>
      withHeaders(
        'long header',
        { ...session, ...PROTO, [`x-${'h'.repeat(below(200))}`]: 'v'.repeat(below(3_000)) },
        true,
      ),
    () =>
      withHeaders(
        'forged client',
        { ...session, ...PROTO, 'x-forwarded-for': pick(['1.2.3.4', '::', 'x'.repeat(900), ',,,', '\u00ff']) },
        true,
      ),
    () => {
      const name = pick(CHEAP)
      return plain('wrong verb', {
        verb: pick(VERBS),
        path: pathOf(name),
        headers: { ...PROTO, ...session },
        body: proto(name),
      })
    },
    () => {
      const wrong = pick([
        '__proto__',
        'constructor',
        'login',
        'Login/',
        '%4cogin',
        '..',
        '../x',
        'x'.repeat(3_000),
        '\u00ff',
      ])
      return plain('wrong method', { path: `${servicePath}${wrong}`, headers: PROTO, body: bytes(below(50)) })
    },
    () => {
      const name = pick(METHODS)
      const body = Buffer.alloc(16_385 + below(40_000), pick([0x20, 0x00, 0x7b]))
      return plain('oversized', { path: pathOf(name), headers: { ...JSON_TYPE, ...session }, body })
    },
    () => {
      // Costly methods with a key of another length: refused before anything costly.
      const name = pick(COSTLY)
      const body = {
        ...json(name),
        authKey: Buffer.from(chance.bytes(below(31))).toString('base64'),
        authenticator: '',
      }
      return onJson('short key', name, JSON.stringify(body), false)
    },
  ]
  let turn = 0
  return () => {
    turn += 1
    return (kinds[turn % kinds.length] as () => Attack)()
  }
}

/** Bytes that are no HTTP/1.1 request, or no end of one: spec/05 rule 05-91. */
export const NO_HTTP: readonly string[] = [
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  'GET /\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `POST ${servicePath}Login HTTP/1.0\r\nHost: x\r\n\r\n`,
  `POST ${servicePath}Login HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}`,
  ...['-1', 'abc', '99999999999999999999', '0x10', '+2'].map(
    (length) => `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n{}`,
  ),
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 7\r\n\r\n{}POST `,
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
  `POST ${servicePath}Login HTTP/1.1\nHost: x\n\n`,
  'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
]

/** Requests that never become whole: they wait for the idle limit, so few of them are sent. */
export const NEVER_WHOLE: readonly string[] = [
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"user`,
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\nContent-`,
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\nX: \u0000\u0001\r\nContent-Length: 2\r\n\r\n{}`,
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\n folded: 1\r\nContent-Length: 2\r\n\r\n{}`,
  `POST ${servicePath}Login HTTP/1.1\r\nHost: x\r\n${'X: a\r\n'.repeat(300)}Content-Length: 2\r\n\r\n{}`,
]
