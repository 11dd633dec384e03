/** Who has an account shows neither in an answer nor in its time (05-9, 05-10, 05-44). */

import { same } from '../../literal/bytes.js'
import { ensureKept, type Seen } from '../../src/case.js'
import { call, encoded, ensureRoom, pathOf, refused } from './calls.js'
import { timeOf } from './clock.js'
import { type HttpAnswer, type HttpRequest, oneConnection } from './http.js'
import { freshName, type Person, person, register, wrapperWith } from './people.js'
import { APART, median, rankDistance } from './ranks.js'
import { refusalOf } from './refusals.js'
import { ask, random, type ServerCase, type ServerSubject } from './subject.js'

type Public = 'prelogin' | 'login' | 'recover'

/** A call that is right in form and wrong for whoever has the name. */
function wrongCall(name: Public, username: string): HttpRequest {
  const secrets = { authKey: random(32), authenticator: random(32), wrappedMasterKey: wrapperWith(random(16)) }
  const body = encoded(name, { username, ...(name !== 'prelogin' && { ...secrets, versions: [1] }) })
  return { path: pathOf(name), headers: { 'content-type': 'application/proto' }, body }
}

const known = async (subject: ServerSubject): Promise<Person[]> =>
  Promise.all(['ann', 'bob', 'cat'].map((role) => person(subject, role)))

/** Names of one length, that differ in whether they exist only. */
function pairOf(people: readonly Person[], n: number): { known: string; unknown: string } {
  const { username } = people[n % people.length] as Person
  return { known: username, unknown: freshName('xyz') }
}

function shown({ status, headers, body }: HttpAnswer): string {
  const { date: _, 'retry-after': __, ...rest } = headers
  return JSON.stringify([status, Object.entries(rest), body.toString('latin1')])
}

function answersCase(name: 'login' | 'recover', rule: string, tries: number): ServerCase {
  return {
    id: `server/names/${name}-answer`,
    title: `${name} with an unknown name and with a wrong key give the same answer`,
    promises: ['A2'],
    rules: [rule],
    explain:
      'Status, headers and body for a name that exists and for one that does not are compared byte for byte. Any difference tells everybody who has an account.',
    async run(subject, seen) {
      const people = await known(subject)
      for (let n = 0; n < tries; n++) {
        const names = pairOf(people, n)
        const wrong = await ask(subject, wrongCall(name, names.known))
        const nobody = await ask(subject, wrongCall(name, names.unknown))
        for (const answer of [wrong, nobody]) {
          ensureKept(answer.status !== 200, `${name} passed with random secrets`)
          const refusal = refusalOf(answer)
          ensureRoom(name, refusal)
          ensureKept(refusal.code === 'unauthenticated', `refused with ${refusal.code}`)
        }
        if (n === 0) seen.note(`${wrong.status} ${wrong.body.toString()}`)
        ensureKept(shown(wrong) === shown(nobody), `known: ${shown(wrong)}; unknown: ${shown(nobody)}`)
      }
    },
  }
}

/** `tries` of each kind, in an order that chance decides within each pair: what else the machine does falls on both. */
async function ensureAlikeInTime(subject: ServerSubject, seen: Seen, name: Public, tries: number): Promise<void> {
  const people = await known(subject)
  const agent = oneConnection(subject.origin)
  const times = { known: [] as number[], unknown: [] as number[] }
  try {
    for (let n = -1; n < tries; n++) {
      const names = pairOf(people, n + 3)
      const order = (random(1)[0] ?? 0) & 1 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
      for (const kind of order) {
        const answer = await ask(subject, { ...wrongCall(name, names[kind]), agent })
        if (answer.status !== 200) ensureRoom(name, refusalOf(answer))
        // The first ones warm up the connection and the code on both sides.
        if (n >= 0) times[kind].push(answer.ms)
      }
    }
  } finally {
    agent.destroy()
  }
  const distance = rankDistance(times.known, times.unknown)
  const told = `medians ${median(times.known).toFixed(2)} and ${median(times.unknown).toFixed(2)} ms, ${distance.toFixed(2)} deviations apart`
  seen.note(`${tries} of each kind: ${told}`)
  ensureKept(Math.abs(distance) < APART, `known and unknown names differ in time: ${told}`)
}

function timesCase(name: 'prelogin' | 'login', rule: string, tries: number): ServerCase {
  return {
    id: `server/names/${name}-time`,
    title: `${name} takes as long for an unknown name as for a known one`,
    promises: ['A2'],
    rules: [rule],
    explain:
      'Calls for known and unknown names take turns on one connection, and the ranks of their times are compared. They count as different only where chance would do that once in 70,000 runs; a small difference does not show in so few calls as the limits allow.',
    longestMs: 120_000,
    run: (subject, seen) => ensureAlikeInTime(subject, seen, name, tries),
  }
}

const salts: ServerCase = {
  id: 'server/names/prelogin-salt',
  title: 'Prelogin gives everybody a profile and a salt, always the same for one name',
  promises: ['A2'],
  rules: ['05-9'],
  explain:
    'A name that nobody has must get a salt like one that somebody has, the same at each call and in each spelling of its letters. Otherwise asking twice tells who has an account.',
  async run(subject, seen) {
    const { username, wrapper } = await person(subject, 'ann')
    const own = await call(subject, 'prelogin', { username: username.toUpperCase() })
    ensureKept(same(own.salt, wrapper.subarray(4, 20)), 'the salt of a name is not that of its wrapper')
    const [name, other] = [freshName('xyz'), freshName('xyz')]
    const first = await call(subject, 'prelogin', { username: name })
    const again = await call(subject, 'prelogin', { username: name.toUpperCase() })
    const others = await call(subject, 'prelogin', { username: other })
    ensureKept(first.salt.length === 16 && first.profile === own.profile, 'a name that nobody has gets another form')
    ensureKept(same(first.salt, again.salt), 'a name that nobody has gets another salt each time')
    ensureKept(!same(first.salt, others.salt), 'all names that nobody has get one salt')
    seen.note(`salts ${Buffer.from(own.salt).toString('hex')} and ${Buffer.from(first.salt).toString('hex')}`)
    for (const username of ['ab', 'a'.repeat(33), 'a b', 'ä-name', 'a/b', '']) {
      await refused(subject, 'prelogin', { username }, undefined, 'invalid_argument', 'username')
    }
  },
}

const taken: ServerCase = {
  id: 'server/names/taken',
  title: 'a name has one account, whatever its letters, and a registration that is refused leaves nothing',
  promises: ['A1'],
  rules: ['05-1', '05-96'],
  explain:
    'The same name in other letters, another version of the plane, a wrapped master key of another version, profile or head and broken fields are registered; each must be refused with its code and field.',
  async run(subject) {
    const { username } = await person(subject, 'ann')
    const good = {
      username: freshName('new'),
      displayName: 'New',
      authKey: random(32),
      wrappedMasterKey: wrapperWith(random(16)),
      recoveryFingerprint: random(32),
      versions: [1],
    }
    await refused(
      subject,
      'register',
      { ...good, username: username.toUpperCase() },
      undefined,
      'username_taken',
      'username',
    )
    await refused(subject, 'register', { ...good, versions: [999] }, undefined, 'unsupported_version', 'versions')
    await refused(subject, 'register', { ...good, authKey: random(31) }, undefined, 'invalid_argument', 'auth_key')
    for (const at of [0, 1, 2, 3]) {
      const wrappedMasterKey = good.wrappedMasterKey.map((byte, i) => (i === at ? byte + 1 : byte))
      const request = { ...good, wrappedMasterKey }
      await refused(subject, 'register', request, undefined, 'invalid_argument', 'wrapped_master_key')
    }
  },
}

const account: ServerCase = {
  id: 'server/names/account',
  title: 'a new account has a code, an alias, a plan, and no more than that',
  promises: ['A1', 'A5', 'A6', 'A7', 'A8', 'A9', 'A11', 'A16'],
  rules: ['05-1', '05-14'],
  explain:
    'What Register and GetAccount give is looked at field by field: the forms of code and alias, balances of zero, a time of registration that is now.',
  async run(subject, seen) {
    const { account, username, session, token } = await register(subject, freshName('gus'), '  Gus   G ')
    seen.note(JSON.stringify(account, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    ensureKept(account.username === username, 'another name')
    ensureKept(account.displayName === 'Gus G', `blanks are not folded: "${account.displayName}"`)
    ensureKept(/^[0-9A-HJKMNP-TV-Z]{10}$/.test(account.pairingCode), `the pairing code is ${account.pairingCode}`)
    ensureKept(/^[0-9A-HJKMNP-TV-Z]{8}$/.test(account.alias), `the alias is ${account.alias}`)
    ensureKept(
      account.balance === 0n && account.bonus === 0n && account.cutOff === 0n,
      'it begins with money or a mark',
    )
    ensureKept(account.type === 1 && (account.state === 1 || account.state === 2), 'it is no standard account')
    const age = (await timeOf(subject)) / 1000 - Number(account.registeredAt)
    ensureKept(Math.abs(age) < 120, 'it was registered at another time')
    ensureKept(session.version === 1 && session.token.length === 32, 'the session has another form')
    const { account: got } = await call(subject, 'getAccount', {}, token)
    ensureKept(got?.bundle === undefined && got?.alias === account.alias, 'GetAccount gives another account')
  },
}

export const nameCases: readonly ServerCase[] = [
  account,
  taken,
  salts,
  answersCase('login', '05-10', 2),
  answersCase('recover', '05-44', 1),
  timesCase('prelogin', '05-9', 50),
  timesCase('login', '05-10', 13),
]
