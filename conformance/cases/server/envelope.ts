/** The door of the account plane: methods, types, sizes, encodings (spec/05 section 3). */
import { ensureKept, Untestable } from '../../src/case.js'
import { bearer, encoded, ensureRoom, pathOf } from './calls.js'
import type { HttpAnswer } from './http.js'
import { person } from './people.js'
import { refusalOf } from './refusals.js'
import { ask, type ServerCase, type ServerSubject } from './subject.js'

const PROTO = { 'content-type': 'application/proto' }
const JSON_TYPE = { 'content-type': 'application/json' }
const PRELOGIN = encoded('prelogin', { username: 'somebody' })

function prelogin(subject: ServerSubject, headers: Record<string, string>, body: Uint8Array | string = PRELOGIN) {
  return ask(subject, { path: pathOf('prelogin'), headers, body })
}

function ensureRefused(what: string, answer: HttpAnswer, status: number, code: string): void {
  ensureKept(answer.status === status, `${what}: ${answer.status}, and ${status} was due`)
  const refusal = refusalOf(answer)
  ensureKept(refusal.code === code, `${what}: ${refusal.code}, and ${code} was due`)
}

const methods: ServerCase = {
  id: 'server/envelope/methods',
  title: 'calls are made by POST to known methods',
  promises: [],
  rules: ['05-4'],
  explain:
    'Every other HTTP method must be 405 with Allow: POST, every other path below the service 404, both as unimplemented.',
  async run(subject) {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await ask(subject, { method, path: pathOf('login'), headers: PROTO })
      ensureRefused(method, answer, 405, 'unimplemented')
      ensureKept(answer.headers['allow'] === 'POST', `${method} allows ${answer.headers['allow']}`)
    }
    for (const name of ['None', '', 'login', 'Login/', '__proto__', 'constructor', 'toString']) {
      const answer = await ask(subject, { path: `/solo2.account.v1.AccountService/${name}`, headers: PROTO, body: '' })
      ensureRefused(`the method "${name}"`, answer, 404, 'unimplemented')
    }
  },
}

const types: ServerCase = {
  id: 'server/envelope/headers',
  title: 'each header of a call has the values that it may have',
  promises: [],
  rules: ['05-3', '13-1'],
  explain:
    'Content types, protocol versions, deadlines and compressions that are allowed must pass, others be refused with the status and code of the table in section 3.',
  async run(subject) {
    for (const type of [
      'application/proto',
      'Application/Proto',
      'application/proto; charset=utf-8',
      'application/proto;q=1',
    ]) {
      const { status } = await prelogin(subject, { 'content-type': type })
      ensureKept(status === 200, `Content-Type ${type} is ${status}`)
    }
    for (const type of [
      'text/plain',
      'application/grpc',
      'application/connect+proto',
      'application/json; charset=utf-16',
      '',
    ]) {
      ensureRefused(
        `Content-Type "${type}"`,
        await prelogin(subject, { 'content-type': type }),
        415,
        'invalid_argument',
      )
    }
    for (const [name, value] of [
      ['connect-protocol-version', '2'],
      ['connect-protocol-version', 'one'],
      ['connect-timeout-ms', '12345678901'],
      ['connect-timeout-ms', '-1'],
      ['connect-timeout-ms', 'soon'],
    ] as const) {
      ensureRefused(`${name}: ${value}`, await prelogin(subject, { ...PROTO, [name]: value }), 400, 'invalid_argument')
    }
    for (const value of ['gzip', 'br', 'zstd']) {
      const answer = await prelogin(subject, { ...PROTO, 'content-encoding': value })
      ensureRefused(`Content-Encoding: ${value}`, answer, 501, 'unimplemented')
      ensureKept(answer.headers['accept-encoding'] === 'identity', 'Accept-Encoding does not say identity')
    }
    const good = { 'content-encoding': 'identity', 'connect-protocol-version': '1', 'connect-timeout-ms': '9999999999' }
    const { status } = await prelogin(subject, { ...PROTO, ...good })
    ensureKept(status === 200, `a call with every header is ${status}`)
  },
}

const sizes: ServerCase = {
  id: 'server/envelope/body-size',
  title: 'a body of 16,384 bytes is read, one of a byte more is 413',
  promises: [],
  rules: ['05-4'],
  explain: 'A longer body must be refused before it is read further, so that nobody fills the memory of the server.',
  async run(subject) {
    const padded = (length: number) => `{"username":"somebody"${' '.repeat(length - 23)}}`
    const { status } = await prelogin(subject, JSON_TYPE, padded(16_384))
    ensureKept(status === 200, `16,384 bytes are ${status}`)
    ensureRefused('16,385 bytes', await prelogin(subject, JSON_TYPE, padded(16_385)), 413, 'too_long')
    ensureRefused('64 KiB', await prelogin(subject, PROTO, new Uint8Array(65_536)), 413, 'too_long')
  },
}

const json: ServerCase = {
  id: 'server/envelope/json',
  title: 'JSON is ProtoJSON, and unknown fields have no effect in either encoding',
  promises: [],
  rules: ['05-2', '05-5', '05-6', '13-1'],
  explain:
    'Names in both spellings, unknown keys, doubled keys and null must be taken; what is no object, too deep, no UTF-8 or of a wrong type must be refused with the code that section 3 names.',
  async run(subject) {
    const { username, token } = await person(subject, 'ann')
    const same = { salt: '' }
    for (const body of [
      `{"username":"${username}"}`,
      `{"username":"nobody","username":"${username}"}`,
      `{"username":"${username}","__proto__":{"username":"x"},"constructor":1,"unknown":[[1]]}`,
    ]) {
      const answer = await prelogin(subject, JSON_TYPE, body)
      ensureKept(
        answer.status === 200 && answer.headers['content-type'] === 'application/json',
        `${body}: ${answer.status}`,
      )
      const { salt } = JSON.parse(answer.body.toString()) as { salt: string }
      ensureKept(same.salt === '' || same.salt === salt, `${body} has another salt`)
      same.salt = salt
    }
    const unknown = new Uint8Array([...encoded('prelogin', { username }), 0xfa, 0x07, 0x01, 0x41])
    ensureKept((await prelogin(subject, PROTO, unknown)).status === 200, 'an unknown protobuf field is refused')
    for (const body of [
      '',
      '[]',
      '"x"',
      '{',
      '{"username":"a"} x',
      '{"a":[[[[[[[[[1]]]]]]]]]}',
      '{"username":"\\ud800"',
    ]) {
      ensureRefused(body, await prelogin(subject, JSON_TYPE, body), 400, 'malformed')
    }
    ensureRefused('no UTF-8', await prelogin(subject, JSON_TYPE, Uint8Array.of(0x7b, 0xff, 0x7d)), 400, 'malformed')
    const wrong = await prelogin(subject, JSON_TYPE, '{"username":7}')
    ensureRefused('a number as name', wrong, 400, 'invalid_argument')
    ensureKept(refusalOf(wrong).field === 'username', `the field is "${refusalOf(wrong).field}"`)
    for (const [spelling, status] of [
      ['display_name', 200],
      ['displayName', 200],
    ] as const) {
      const body = JSON.stringify({ [spelling]: 'ann' })
      const answer = await ask(subject, {
        path: pathOf('setDisplayName'),
        headers: { ...JSON_TYPE, ...bearer(token) },
        body,
      })
      ensureKept(answer.status === status, `${spelling} is ${answer.status}`)
    }
  },
}

const deadline: ServerCase = {
  id: 'server/envelope/deadline',
  title: 'a call that takes longer than its caller waits is answered as timeout',
  promises: [],
  rules: ['05-7'],
  explain:
    'A Login, which costs an Argon2id, is sent with a deadline of one millisecond. A server that can do it in less is called untestable.',
  async run(subject) {
    const { username } = await person(subject, 'ann')
    const body = encoded('login', { username, authKey: new Uint8Array(32), versions: [1] })
    const answer = await ask(subject, { path: pathOf('login'), headers: { ...PROTO, 'connect-timeout-ms': '1' }, body })
    const { code, status } = refusalOf(answer)
    if (code === 'unauthenticated') throw new Untestable('a login takes less than a millisecond here')
    ensureRoom('login', refusalOf(answer))
    ensureKept(code === 'timeout' && status === 504, `refused with ${code}, ${status}`)
  },
}

const texts: ServerCase = {
  id: 'server/envelope/no-utf-8',
  title: 'a string that is no UTF-8 is refused, not repaired',
  promises: [],
  rules: ['05-5'],
  explain:
    'A repaired name or message is another one than was sent. A lone continuation byte, half a surrogate pair and a character that is cut off must be malformed in each call that takes a text.',
  async run(subject) {
    const { token } = await person(subject, 'ann')
    for (const name of ['prelogin', 'setDisplayName', 'sendFeedback', 'lookUp', 'requestPairing'] as const) {
      for (const text of [[0x80], [0xed, 0xa0, 0x80], [0x61, 0xf0, 0x9f, 0x94]]) {
        const body = Uint8Array.of(0x0a, text.length, ...text)
        const answer = await ask(subject, { path: pathOf(name), headers: { ...PROTO, ...bearer(token) }, body })
        ensureRefused(`${name} of ${Buffer.from(text).toString('hex')}`, answer, 400, 'malformed')
      }
    }
  },
}

export const envelopeCases: readonly ServerCase[] = [methods, types, sizes, json, texts, deadline]
