/**
 * Random lives of three accounts against a plain model of what each may see: after every call, each session that was ever
 * given shows its account as the model has it or is refused, and codes and requests find whom they should.
 */
import { randomBytes } from 'node:crypto'
import { noblePrimitives, toHex } from '@solo2/sdk/shared'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../tools/cases.js'
import { Refused, rewrapped, signedBundle, startTestServer, type TestServer, wrapper } from './harness.js'

const ACTIONS = [
  'register',
  'login',
  'rename',
  'newCode',
  'changePassword',
  'newWords',
  'recover',
  'pair',
  'answer',
  'endSessions',
  'logout',
  'delete',
] as const

/** `right`: with the password, words or code that hold now. `pick`: which session, or which name. */
interface Step {
  readonly action: (typeof ACTIONS)[number]
  readonly who: number
  readonly whom: number
  readonly right: boolean
  readonly pick: number
}

interface Account {
  displayName: string
  authKey: Uint8Array
  authenticator: Uint8Array
  wrapped: Uint8Array
  pairingCode: string
  readonly alias: string
  /** Live tokens, oldest first. */
  sessions: Uint8Array[]
}

const random = (length = 32) => new Uint8Array(randomBytes(length))
const NAMES = ['Ana', 'Bo', 'Zoë 🦊']

/** What came of a call: its answer, or the code of its refusal. */
async function outcome<T>(call: Promise<T>): Promise<T | string> {
  return call.catch((error: unknown) => {
    if (error instanceof Refused) return error.refusal.code
    throw error
  })
}

class World {
  readonly accounts = new Map<number, Account>()
  /** `requester>recipient`, in the order in which they came. */
  pending: string[] = []
  readonly tokens: { readonly who: number; readonly token: Uint8Array }[] = []
  readonly codes = new Set<string>()
  readonly server: TestServer
  readonly life: string

  constructor(server: TestServer, life: string) {
    this.server = server
    this.life = life
  }

  name(who: number): string {
    return `life-${this.life}-${who}`
  }

  private begin(who: number, session: { token: Uint8Array } | undefined): Uint8Array {
    const { token } = session ?? { token: new Uint8Array(0) }
    this.tokens.push({ who, token })
    return token
  }

  /** A session of theirs; a token that was never given if they have none. */
  private tokenOf({ who, pick }: Step): Uint8Array {
    const sessions = this.accounts.get(who)?.sessions ?? []
    return sessions[pick % Math.max(1, sessions.length)] ?? random()
  }

  private keyOf({ who, right }: Step): Uint8Array {
    return (right && this.accounts.get(who)?.authKey) || random()
  }

  async take(step: Step): Promise<void> {
    const { server } = this
    const { action, who, whom, right, pick } = step
    const account = this.accounts.get(who)
    const token = this.tokenOf(step)
    const isOpen = (account?.sessions.length ?? 0) > 0
    /** What a call with a session must end in; `denied` if it also needs the password. */
    const expected = (denied: string) => (isOpen ? (right ? undefined : denied) : 'unauthenticated')
    const login = { username: this.name(who), versions: [1] }
    switch (action) {
      case 'register': {
        const made = {
          authKey: random(),
          wrapped: wrapper(),
          authenticator: random(),
          displayName: NAMES[pick % 3] ?? '',
        }
        const answer = await outcome(
          server.call('register', {
            ...login,
            displayName: made.displayName,
            authKey: made.authKey,
            wrappedMasterKey: made.wrapped,
            recoveryFingerprint: noblePrimitives.sha256(made.authenticator),
          }),
        )
        if (account !== undefined) return expect(answer).toBe('username_taken')
        if (typeof answer === 'string' || answer.account === undefined) throw new Error(`register: ${String(answer)}`)
        const { pairingCode, alias } = answer.account
        const session = this.begin(who, answer.session)
        await server.call('publishBundle', { bundle: signedBundle(alias) }, session)
        this.accounts.set(who, { ...made, pairingCode, alias, sessions: [session] })
        return
      }
      case 'login': {
        const answer = await outcome(server.call('login', { ...login, authKey: this.keyOf(step) }))
        if (account === undefined || !right) return expect(answer).toBe('unauthenticated')
        if (typeof answer === 'string') throw new Error(`login: ${answer}`)
        expect(answer.wrappedMasterKey).toEqual(account.wrapped)
        account.sessions.push(this.begin(who, answer.session))
        return
      }
      case 'rename': {
        const displayName = NAMES[pick % 3] ?? ''
        const answer = await outcome(server.call('setDisplayName', { displayName }, token))
        if (account === undefined || !isOpen) return expect(answer).toBe('unauthenticated')
        account.displayName = displayName
        return
      }
      case 'newCode': {
        const answer = await outcome(server.call('newPairingCode', {}, token))
        if (account === undefined || !isOpen) return expect(answer).toBe('unauthenticated')
        if (typeof answer === 'string') throw new Error(`newPairingCode: ${answer}`)
        this.codes.add(account.pairingCode)
        account.pairingCode = answer.account?.pairingCode ?? ''
        return
      }
      case 'changePassword':
      case 'newWords': {
        const [fresh, wrapped] = [random(), rewrapped(account?.wrapped ?? wrapper())]
        const request = { authKey: this.keyOf(step), wrappedMasterKey: wrapped }
        const recoveryFingerprint = noblePrimitives.sha256(fresh)
        const answer = await outcome<unknown>(
          action === 'newWords'
            ? server.call('newWords', { ...request, recoveryFingerprint }, token)
            : server.call('changePassword', { ...request, newAuthKey: fresh }, token),
        )
        if (account === undefined || expected('permission_denied') !== undefined) {
          return expect(answer).toBe(expected('permission_denied'))
        }
        if (action === 'newWords') account.authenticator = fresh
        else account.authKey = fresh
        account.wrapped = wrapped
        account.sessions = [token]
        return
      }
      case 'recover': {
        const [authKey, wrapped] = [random(), rewrapped(account?.wrapped ?? wrapper())]
        const authenticator = (right && account?.authenticator) || random()
        const answer = await outcome(
          server.call('recover', { ...login, authenticator, authKey, wrappedMasterKey: wrapped }),
        )
        if (account === undefined || !right) return expect(answer).toBe('unauthenticated')
        if (typeof answer === 'string') throw new Error(`recover: ${answer}`)
        Object.assign(account, { authKey, wrapped, sessions: [this.begin(who, answer.session)] })
        return
      }
      case 'pair': {
        const other = this.accounts.get(whom)
        const code = (right && (pick % 2 ? other?.alias : other?.pairingCode)) || [...this.codes].at(-1) || '0000000000'
        const answer = await outcome(server.call('requestPairing', { code }, token))
        if (!isOpen) return expect(answer).toBe('unauthenticated')
        if (!right || other === undefined) return expect(answer).toBe('wrong_code')
        if (who === whom) return expect(answer).toBe('own_code')
        if (typeof answer === 'string') throw new Error(`requestPairing: ${answer}`)
        if (this.pending.includes(`${whom}>${who}`)) this.drop((line) => line === `${whom}>${who}`)
        else if (!this.pending.includes(`${who}>${whom}`)) this.pending.push(`${who}>${whom}`)
        return
      }
      case 'answer': {
        const listed = isOpen ? (await server.call('listPairings', {}, token)).incoming : []
        const one = right ? listed[pick % Math.max(1, listed.length)] : undefined
        const id = one?.id ?? toHex(random(12))
        const answer = await outcome(server.call('answerPairing', { id, accept: pick % 2 === 0 }, token))
        if (!isOpen) return expect(answer).toBe('unauthenticated')
        if (one === undefined) return expect(answer).toBe('not_found')
        const asker = [...this.accounts].find(([, { alias }]) => alias === one.person?.alias)?.[0]
        this.drop((line) => line === `${asker}>${who}`)
        return
      }
      case 'endSessions': {
        const answer = await outcome(server.call('endSessions', { ids: [] }, token))
        if (account === undefined || !isOpen) return expect(answer).toBe('unauthenticated')
        expect(answer).toEqual({ ended: account.sessions.length - 1 })
        account.sessions = [token]
        return
      }
      case 'logout': {
        const answer = await outcome(server.call('logout', {}, token))
        if (account === undefined || !isOpen) return expect(answer).toBe('unauthenticated')
        account.sessions = account.sessions.filter((one) => one !== token)
        return
      }
      case 'delete': {
        const answer = await outcome<unknown>(server.call('deleteAccount', { authKey: this.keyOf(step) }, token))
        if (account === undefined || expected('permission_denied') !== undefined) {
          return expect(answer).toBe(expected('permission_denied'))
        }
        this.codes.add(account.pairingCode).add(account.alias)
        this.accounts.delete(who)
        this.drop((line) => line.split('>').includes(String(who)))
      }
    }
  }

  private drop(which: (line: string) => boolean): void {
    this.pending = this.pending.filter((line) => !which(line))
  }

  /** Everything that can be seen through the doors, compared with the model. */
  async look(): Promise<void> {
    for (const { who, token } of this.tokens) {
      const account = this.accounts.get(who)
      const answer = await outcome(this.server.call('getAccount', {}, token))
      if (account === undefined || !account.sessions.includes(token)) expect(answer).toBe('unauthenticated')
      else {
        const { displayName, pairingCode, alias } = account
        expect(answer).toMatchObject({ account: { username: this.name(who), displayName, pairingCode, alias } })
      }
    }
    for (const [who, { sessions }] of this.accounts) {
      const token = sessions[0]
      if (token === undefined) continue
      expect((await this.server.call('listSessions', {}, token)).sessions).toHaveLength(sessions.length)
      const { incoming } = await this.server.call('listPairings', {}, token)
      const askers = this.pending.filter((line) => line.endsWith(`>${who}`)).map((line) => Number(line.split('>')[0]))
      const shown = incoming.map(({ person }) => `${person?.alias} ${person?.displayName}`)
      const known = askers.map((asker) => `${this.accounts.get(asker)?.alias} ${this.accounts.get(asker)?.displayName}`)
      expect(shown.sort()).toEqual(known.sort())
      for (const [other, { displayName, alias, pairingCode }] of this.accounts) {
        if (other === who) continue
        const { person } = await this.server.call('lookUp', { code: pairingCode }, token)
        expect(person).toMatchObject({ displayName, alias })
      }
      for (const code of this.codes) {
        expect(await outcome(this.server.call('lookUp', { code }, token))).toBe('wrong_code')
      }
    }
  }
}

const step: fc.Arbitrary<Step> = fc.record({
  // Sooner or later everybody registers; a wrong secret is the rarer try.
  action: fc.oneof(
    { arbitrary: fc.constantFrom(...ACTIONS), weight: 5 },
    { arbitrary: fc.constant('register' as const), weight: 1 },
  ),
  who: fc.nat(2),
  whom: fc.nat(2),
  right: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
  pick: fc.nat(5),
})

describe('three accounts', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })

  it('[A1] [A5] [A6] [S1] [R1] [D1] show what a plain model says, whatever their owners do', {
    timeout: 600_000,
  }, async () => {
    let lives = 0
    const done = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 30, size: 'max' }), async (steps) => {
        lives += 1
        const world = new World(server, String(lives))
        for (const who of [0, 1]) {
          await world.take({ action: 'register', who, whom: 0, right: true, pick: who })
        }
        for (const one of steps) {
          if (world.accounts.has(one.who) && one.right) done.add(one.action)
          await world.take(one)
          await world.look()
        }
      }),
      { numRuns: cases('property.run') },
    )
    // Otherwise a kind of call was only ever refused, or never made.
    expect([...done].sort()).toEqual([...ACTIONS].sort())
  })
})
