/** How two people find each other by a code, and what an asker can see (spec/05 section 5). */
import { same } from '../../literal/bytes.js'
import { ensureKept } from '../../src/case.js'
import { call, type ResponseOf, refused, send } from './calls.js'
import { type Person, person } from './people.js'
import { random, type ServerCase, type ServerSubject } from './subject.js'

type Shown = ResponseOf<'lookUp'>['person']

function ensureIs(shown: Shown, { account, bundle }: Person, displayName: string): void {
  ensureKept(shown !== undefined && shown.bundle !== undefined && bundle !== undefined, 'a person without keys')
  ensureKept(shown.alias === account.alias, `the alias is ${shown.alias}, not ${account.alias}`)
  ensureKept(shown.displayName === displayName, `the name is "${shown.displayName}"`)
  ensureKept(same(shown.bundle.body, bundle.body), 'the keys are not those that were published')
  ensureKept(same(shown.bundle.signature, bundle.signature), 'the signature is not the one that was published')
}

/** Requests from this person that wait at the other one. */
async function waiting(subject: ServerSubject, at: Person, from: Person) {
  const { incoming } = await call(subject, 'listPairings', {}, at.token)
  return incoming.filter((request) => request.person?.alias === from.account.alias)
}

const spelled = (code: string): string =>
  ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4, 8)}\u2013${code.slice(8)} `
    .replaceAll('1', 'l')
    .replaceAll('0', 'o')

const lookUp: ServerCase = {
  id: 'server/pairing/look-up',
  title: 'somebody is found by code and alias, however they are typed, with the keys that they published',
  promises: ['A6', 'A16', 'A17'],
  rules: ['05-14', '04-7'],
  explain:
    "Bob is looked up by his pairing code and alias, typed with blanks, dashes and letters for digits. What nobody has, one's own code and what is no code must each be refused with their own code.",
  async run(subject) {
    const [ann, bob] = [await person(subject, 'ann'), await person(subject, 'bob')]
    for (const code of [bob.account.pairingCode, spelled(bob.account.pairingCode), bob.account.alias]) {
      ensureIs((await call(subject, 'lookUp', { code }, ann.token)).person, bob, 'bob')
    }
    await refused(subject, 'lookUp', { code: ann.account.pairingCode }, ann.token, 'own_code', 'code')
    for (const code of ['ZZZZZZZZZZ', 'ZZZZZZZZ', 'SHORT', '', 'U'.repeat(10), '0'.repeat(65)]) {
      await refused(subject, 'lookUp', { code }, ann.token, 'wrong_code', 'code')
    }
  },
}

const request: ServerCase = {
  id: 'server/pairing/request',
  title: 'a request is shown once to who was asked, who can answer it once, and to nobody else',
  promises: ['R1', 'A12'],
  rules: ['05-15', '05-16', '05-19'],
  explain:
    'Ann asks Bob twice; he must see one request, which only he can answer, once. After the answer no request is left on either side. She asks Cat too, who must see another name of it: a name that is the same for all of Ann is one of hers.',
  async run(subject, seen) {
    const [ann, bob, cat] = [await person(subject, 'ann'), await person(subject, 'bob'), await person(subject, 'cat')]
    const asked = await call(subject, 'requestPairing', { code: bob.account.pairingCode }, ann.token)
    ensureIs(asked.person, bob, 'bob')
    const [first] = await waiting(subject, bob, ann)
    await call(subject, 'requestPairing', { code: bob.account.alias }, ann.token)
    const [again, ...others] = await waiting(subject, bob, ann)
    ensureKept(
      first !== undefined && again !== undefined && others.length === 0,
      `${others.length + 1} requests are shown`,
    )
    ensureKept(first.id === again.id && first.createdAt === again.createdAt, 'a repeated request is another one')
    ensureKept(/^[A-Za-z0-9_-]{24}$/.test(first.id), `the id is ${first.id}`)
    ensureIs(first.person, ann, 'ann')
    ensureKept((await waiting(subject, ann, ann)).length === 0, 'the asker sees the own request as one that came')
    seen.note(`request ${first.id} of ${first.createdAt}`)
    await call(subject, 'requestPairing', { code: cat.account.pairingCode }, ann.token)
    const [other] = await waiting(subject, cat, ann)
    ensureKept(other !== undefined && other.id !== first.id, 'requests of one asker have one name')
    await call(subject, 'answerPairing', { id: other.id, accept: false }, cat.token)
    const answer = { id: first.id, accept: true }
    await refused(subject, 'answerPairing', answer, ann.token, 'not_found', 'id')
    await refused(subject, 'answerPairing', answer, cat.token, 'not_found', 'id')
    await call(subject, 'answerPairing', answer, bob.token)
    await refused(subject, 'answerPairing', answer, bob.token, 'not_found', 'id')
    await refused(subject, 'answerPairing', { ...answer, id: 'short' }, bob.token, 'invalid_argument', 'id')
    ensureKept((await waiting(subject, bob, ann)).length === 0, 'an answered request is still shown')
    ensureKept((await waiting(subject, ann, bob)).length === 0, 'an answer shows at the asker')
  },
}

const silent: ServerCase = {
  id: 'server/pairing/silent',
  title: 'a refusal leaves no sign to the asker',
  promises: ['R1'],
  rules: ['05-15', '05-16'],
  explain:
    'All that Ann can ask of the server is compared byte for byte while her request waits, after Cat refused it, and when Cat has asked her meanwhile. Any difference would tell her that she was refused.',
  async run(subject) {
    const [ann, cat] = [await person(subject, 'ann'), await person(subject, 'cat')]
    const code = cat.account.alias
    const view = async () => {
      const answers = [
        await send(subject, 'requestPairing', { code }, ann.token),
        await send(subject, 'lookUp', { code }, ann.token),
        await send(subject, 'getAccount', {}, ann.token),
      ]
      return JSON.stringify(
        answers.map(({ status, headers: { date: _, ...headers }, body }) => [status, headers, body.toString('hex')]),
      )
    }
    const before = await view()
    ensureKept(JSON.parse(before)[0][0] === 200, 'RequestPairing does not pass')
    const refuse = async () => {
      for (const { id } of await waiting(subject, cat, ann))
        await call(subject, 'answerPairing', { id, accept: false }, cat.token)
    }
    ensureKept((await view()) === before, 'a request that waits shows when it is made again')
    await refuse()
    ensureKept((await waiting(subject, ann, cat)).length === 0, 'a refusal is shown to the asker')
    ensureKept((await view()) === before, 'a refused request is told from one that waits')
    await refuse()
    await call(subject, 'requestPairing', { code: ann.account.alias }, cat.token)
    ensureKept((await view()) === before, 'a request that meets one from the other side shows')
    ensureKept(
      (await waiting(subject, ann, cat)).length === 0,
      'a request of somebody whom one asked too is still shown',
    )
    ensureKept((await waiting(subject, cat, ann)).length === 0, 'two requests that met left one')
  },
}

const unfound: ServerCase = {
  id: 'server/pairing/not-served',
  title: 'who has paused is found by nobody and finds nobody, and reads the own data as ever',
  promises: ['A9'],
  rules: ['05-50', '05-51'],
  explain:
    'Cat pauses; Bob must be told the same as of a code that nobody has. After Cat has resumed, she is found again.',
  async run(subject) {
    const [bob, cat] = [await person(subject, 'bob'), await person(subject, 'cat')]
    const { account } = await call(subject, 'pauseAccount', {}, cat.token)
    try {
      ensureKept(account?.state === 3, `the state is ${account?.state}`)
      const nobody = await send(subject, 'lookUp', { code: 'ZZZZZZZZ' }, bob.token)
      const paused = await send(subject, 'lookUp', { code: cat.account.alias }, bob.token)
      ensureKept(paused.body.equals(nobody.body), 'a code of somebody who paused is told from one that nobody has')
      await refused(subject, 'lookUp', { code: bob.account.alias }, cat.token, 'failed_precondition')
      await refused(subject, 'drawTickets', { count: 1 }, cat.token, 'failed_precondition')
      await call(subject, 'getAccount', {}, cat.token)
    } finally {
      await call(subject, 'resumeAccount', {}, cat.token)
    }
    ensureIs((await call(subject, 'lookUp', { code: cat.account.alias }, bob.token)).person, cat, 'cat')
  },
}

const newCode: ServerCase = {
  id: 'server/pairing/new-code',
  title: 'a new code finds, the old one finds nobody, and the alias stays',
  promises: ['A6', 'A16'],
  rules: ['05-47', '05-14'],
  explain:
    'Bob takes a new pairing code. From its answer on the former one must find nobody, as a code that never was.',
  async run(subject) {
    const [cat, bob] = [await person(subject, 'cat'), await person(subject, 'bob')]
    const old = bob.account.pairingCode
    const { account } = await call(subject, 'newPairingCode', {}, bob.token)
    ensureKept(account !== undefined && account.pairingCode !== old, 'the code is the same')
    ensureKept(account.alias === bob.account.alias, 'the alias changed')
    bob.account = account
    const gone = await send(subject, 'lookUp', { code: old }, cat.token)
    const never = await send(
      subject,
      'lookUp',
      {
        code: Buffer.from(random(10))
          .map((b) => 0x41 + (b % 8))
          .toString(),
      },
      cat.token,
    )
    ensureKept(gone.status === 400 && gone.body.equals(never.body), 'an old code is told from one that nobody has')
    ensureIs((await call(subject, 'lookUp', { code: account.pairingCode }, cat.token)).person, bob, 'bob')
  },
}

export const pairingCases: readonly ServerCase[] = [lookUp, request, silent, unfound, newCode]
