/** Session tokens: what they open, for how long, and whose they are (spec/05 section 4). */
import { same } from '../../literal/bytes.js'
import { ensureKept } from '../../src/case.js'
import { call, METHODS, PUBLIC, refused, send } from './calls.js'
import { logIn, type Person, person } from './people.js'
import { refusalOf } from './refusals.js'
import { random, type ServerCase, type ServerSubject } from './subject.js'

const DAY_S = 86_400n

/** Whether this token still opens this person's account. */
async function isLive(subject: ServerSubject, token: Uint8Array, { username }: Person): Promise<boolean> {
  const answer = await send(subject, 'getAccount', {}, token)
  if (answer.status !== 200) {
    const { code } = refusalOf(answer)
    ensureKept(code === 'unauthenticated', `a session that is over is refused with ${code}`)
    return false
  }
  const { account } = await call(subject, 'getAccount', {}, token)
  ensureKept(account?.username === username, "a token opens somebody else's account")
  return true
}

const life: ServerCase = {
  id: 'server/sessions/life',
  title: 'a session is 32 fresh bytes for 24 hours from its creation, and use does not renew it',
  promises: ['S1', 'S2'],
  rules: ['05-12', '05-13', '05-1', '03-10'],
  explain:
    'Two sessions of one account are compared bit by bit and their ends with the clock; after calls the end must be the same. Only Login may give the wrapped master key.',
  async run(subject, seen) {
    const dan = await person(subject, 'dan')
    const [first, second] = [await logIn(subject, dan), await logIn(subject, dan)]
    ensureKept(same(first.wrapper, dan.wrapper), 'Login gives another wrapper than the one that was registered')
    ensureKept(first.token.length === 32 && !same(first.token, second.token), 'two sessions share a token')
    const equal = [...first.token].filter((byte, at) => byte === second.token[at]).length
    ensureKept(equal < 6, `two tokens of one account share ${equal} bytes`)
    const { sessions } = await call(subject, 'listSessions', {}, first.token)
    const current = sessions.find((session) => session.current)
    ensureKept(current !== undefined, 'the session that asks is not listed')
    ensureKept(current.expiresAt === current.createdAt + DAY_S, `it lives ${current.expiresAt - current.createdAt} s`)
    ensureKept(current.expiresAt === first.expiresAt, 'use moved the end of a session')
    ensureKept(new Set(sessions.map(({ id }) => id)).size === sessions.length, 'two sessions have one id')
    const told = Buffer.from(JSON.stringify(sessions, (_, value) => String(value)))
    ensureKept(!told.includes(Buffer.from(first.token).toString('base64url')), 'a token is listed')
    seen.note(`${sessions.length} sessions, the current one ends at ${current.expiresAt}`)
  },
}

const logOut: ServerCase = {
  id: 'server/sessions/log-out',
  title: 'a session is over from its log-out on, and no other one of the account',
  promises: ['S2'],
  rules: ['05-12'],
  explain: 'A token is used after Logout, at once and again. It must be refused each time as one that never was.',
  async run(subject) {
    const dan = await person(subject, 'dan')
    const { token } = await logIn(subject, dan)
    ensureKept(await isLive(subject, token, dan), 'a session that was just begun is refused')
    await call(subject, 'logout', {}, token)
    for (let n = 0; n < 2; n++) ensureKept(!(await isLive(subject, token, dan)), 'a token works after its log-out')
    const over = await send(subject, 'getAccount', {}, token)
    const never = await send(subject, 'getAccount', {}, random(32))
    ensureKept(over.body.equals(never.body), 'a token that is over is told from one that never was')
    ensureKept(await isLive(subject, dan.token, dan), 'a log-out ended another session')
  },
}

const end: ServerCase = {
  id: 'server/sessions/end',
  title: 'one can list and end the other sessions of the account, and nobody else can',
  promises: ['S1', 'S2'],
  rules: ['05-45'],
  explain:
    'Three sessions are begun; one is ended by its id from another, then all others at once. An id of another account must end nothing, and stand in no other list.',
  async run(subject) {
    const [dan, ann] = [await person(subject, 'dan'), await person(subject, 'ann')]
    const [first, second] = [await logIn(subject, dan), await logIn(subject, dan)]
    const { sessions } = await call(subject, 'listSessions', {}, second.token)
    const own = sessions.find((session) => session.current)
    ensureKept(own !== undefined && /^[A-Za-z0-9_-]{24}$/.test(own.id), 'the session that asks has no id')
    const others = (await call(subject, 'listSessions', {}, ann.token)).sessions.map(({ id }) => id)
    ensureKept(!sessions.some(({ id }) => others.includes(id)), 'a session is listed at two accounts')
    const foreign = await call(subject, 'endSessions', { ids: [own.id] }, ann.token)
    ensureKept(foreign.ended === 0, 'somebody ended a session of another account')
    ensureKept(await isLive(subject, second.token, dan), "an id ended another account's session")
    const one = await call(subject, 'endSessions', { ids: [own.id, own.id] }, first.token)
    ensureKept(one.ended === 1, `${one.ended} sessions were ended, not 1`)
    ensureKept(!(await isLive(subject, second.token, dan)), 'a session that was ended works')
    await call(subject, 'endSessions', { ids: [] }, dan.token)
    ensureKept(!(await isLive(subject, first.token, dan)), 'a session that was ended with all others works')
    ensureKept(await isLive(subject, dan.token, dan), 'the session that asked was ended')
    await refused(subject, 'endSessions', { ids: ['short'] }, dan.token, 'invalid_argument')
  },
}

const needed: ServerCase = {
  id: 'server/sessions/needed',
  title: 'every method but four needs a session, and no other bytes than a token are one',
  promises: ['S1'],
  rules: ['05-12', '05-3', '05-8'],
  explain:
    'Each session method is called without a token and with a random one, one with tokens of other forms and with one of which a bit was changed. All must be unauthenticated, byte for byte alike.',
  async run(subject) {
    const bodies = new Set<string>()
    for (const name of METHODS.filter((method) => !PUBLIC.includes(method))) {
      for (const token of [undefined, random(32)]) {
        const answer = await send(subject, name, {} as never, token)
        ensureKept(answer.status === 401, `${name} without a session is ${answer.status}`)
        ensureKept(refusalOf(answer).code === 'unauthenticated', `${name} is refused with ${refusalOf(answer).code}`)
        bodies.add(answer.body.toString())
      }
    }
    const { token } = await person(subject, 'ann')
    const changed = [0, 31].map((at) => token.with(at, (token[at] as number) ^ 1))
    const lengths = [token.subarray(1), new Uint8Array([...token, 0]), new Uint8Array(0)]
    for (const form of [...changed, ...lengths, new Uint8Array(32)]) {
      const answer = await send(subject, 'getAccount', {}, form)
      ensureKept(answer.status === 401, `a token of ${form.length} bytes that is none is ${answer.status}`)
      bodies.add(answer.body.toString())
    }
    ensureKept(bodies.size === 1, `there are ${bodies.size} kinds of refusal: ${[...bodies].join(' ')}`)
  },
}

const apart: ServerCase = {
  id: 'server/sessions/apart',
  title: "one account's token never reaches another account",
  promises: ['S1'],
  rules: ['05-12', '05-14'],
  explain:
    'Calls of two people take turns, also at the same time on many connections. Each answer must be of the account whose token came with it.',
  async run(subject) {
    const people = [await person(subject, 'ann'), await person(subject, 'bob')] as const
    const names = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const { token, username } = people[n % 2] as Person
        const { account } = await call(subject, 'getAccount', {}, token)
        return [username, account?.username]
      }),
    )
    for (const [own, got] of names) ensureKept(own === got, `the token of ${own} gave the account of ${got}`)
  },
}

export const sessionCases: readonly ServerCase[] = [life, logOut, end, needed, apart]
