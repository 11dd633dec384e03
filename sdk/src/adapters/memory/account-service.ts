/**
 * The account plane in memory: what a client sees of the server (spec/05), without its limits and its second Argon2id.
 * Rules that both sides share come as an argument, since adapters do not reach into the chapters of the core.
 */
import type { Account, IdentityBundle, Person, Session } from '@solo2/proto/account'
import { AccountState, AccountType } from '@solo2/proto/account'
import { equal, toBase64url, toHex } from '../../bytes/bytes.js'
import type { Primitives } from '../../env.js'
import { ensure, Solo2Error } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import type { AccountApi, CallOptions } from '../../ports/account-api.js'
import type { IceServer } from '../../ports/transport.js'
import type { Row, Sessions } from './account-row.js'
import { type OwnAccount, ownAccount } from './account-secrets.js'
import type { Clock } from './clock.js'
import { type MemoryPush, memoryPush } from './notifications.js'

/** From `account/rules`, `account/codes` and `identity/bundle`. */
export interface AccountRules {
  foldUsername(text: string): string
  checkDisplayName(text: string): string
  normaliseCode(text: string): { readonly kind: 'pairing' | 'alias'; readonly code: string }
  randomPairingCode(random: (length: number) => Uint8Array): string
  aliasOf(internalId: string): string
  /** Throws unless the bundle is whole and signed. */
  checkBundle(bundle: IdentityBundle, alias: string): void
}

/** The account plane of a server, in memory. */
export interface MemoryAccounts {
  readonly api: AccountApi
  /** Every call is refused with `server_away`. */
  stop(): void
  /** Calls are answered again. */
  start(): void
  /** A mirror's user name gets the end of its life put before it, as a real one has. */
  iceServers: IceServer[]
  /** How long a mirror's credential lives. */
  mirrorSeconds: number
  /** Calls for ICE servers so far. */
  readonly iceServersAsked: number
  /** What was sent with `sendFeedback`. */
  readonly feedback: { username: string; message: string }[]
  /** The next call of this method never arrives, or arrives and its answer does not: both are `server_away`. */
  failNext(method: keyof AccountApi, lost: 'request' | 'answer'): void
  /** Ends all sessions, as 24 hours do. */
  endSessions(): void
  /** Push subscriptions, and who was notified. */
  readonly push: MemoryPush
  /** The rows that the server keeps of open requests. */
  readonly pendingPairings: number
}

export interface MemoryAccountsOptions {
  readonly clock: Clock
  readonly random: (length: number) => Uint8Array
  readonly primitives: Pick<Primitives, 'sha256'>
  readonly rules: AccountRules
  issueTickets(count: number): Uint8Array[]
}

interface Pairing {
  readonly id: string
  readonly from: Row
  readonly to: Row
  readonly createdAt: number
}

/** Where profile and salt stand in the wrapper (spec/03). */
const PROFILE_AT = 1
const SALT_AT = 4
const SALT_END = 20

/** An empty server. */
export function memoryAccounts(options: MemoryAccountsOptions): MemoryAccounts {
  const { clock, random, rules } = options
  const rows = new Map<string, Row>()
  const push = memoryPush(clock, options.primitives.sha256)
  const sessions: Sessions = new Map()
  let pairings: Pairing[] = []
  const failures: Failures = new Map()
  let up = true
  let iceServersAsked = 0

  const seconds = () => Math.floor(clock.now() / 1_000)

  /** One call: refused while the server is away, and never answered within the same turn. */
  function method<Request, Response>(answer: (request: Request, call: CallOptions) => Response) {
    return async (request: Request, call: CallOptions = {}): Promise<Response> => {
      ensure(!call.signal?.aborted, 'cancelled', 'the call was cancelled')
      await Promise.resolve()
      ensure(up, 'server_away', 'the server does not answer')
      call.onServerTime?.(seconds() * 1_000)
      return answer(request, call)
    }
  }

  function member(call: CallOptions): Row {
    const session = sessions.get(toHex(call.token ?? new Uint8Array(0)))
    if (!session || session.expiresAt <= seconds()) throw new Solo2Error('unauthenticated', 'no such session')
    return session.row
  }

  /** A session of an account that is not paused (spec/05 section 14). */
  function served(call: CallOptions): Row {
    const row = member(call)
    ensure(row.state === AccountState.ACTIVE, 'failed_precondition', 'the account is paused')
    return row
  }

  function newSession(row: Row): Session {
    const token = random(32)
    const expiresAt = seconds() + PROTOCOL.SESSION_SECONDS
    sessions.set(toHex(token), { id: toBase64url(random(18)), row, createdAt: seconds(), expiresAt })
    return { token, expiresAt: BigInt(expiresAt), version: 1 }
  }

  function account(row: Row): Account {
    return {
      username: row.username,
      displayName: row.displayName,
      pairingCode: row.pairingCode,
      alias: row.alias,
      bundle: row.bundle,
      registeredAt: row.registeredAt,
      type: AccountType.STANDARD,
      state: row.state,
      balance: 0n,
      bonus: 0n,
      cutOff: 0n,
      suspended: false,
      serviceEndsAt: 0n,
      centsPerDay: 0,
      balanceChanged: false,
      maximumSecurity: row.maximumSecurity,
    }
  }

  function person(row: Row): Person {
    return { displayName: row.displayName, alias: row.alias, bundle: row.bundle }
  }

  function find(text: string, asker: Row): Row {
    const { kind, code } = rules.normaliseCode(text)
    const key = kind === 'pairing' ? 'pairingCode' : 'alias'
    const row = [...rows.values()].find((each) => each[key] === code)
    if (row === asker) throw new Solo2Error('own_code', 'that is your own code', { field: 'code' })
    if (!row?.bundle || row.state !== AccountState.ACTIVE)
      throw new Solo2Error('wrong_code', 'nobody has this code', { field: 'code' })
    return row
  }

  function living(): Pairing[] {
    const oldest = seconds() - PROTOCOL.PAIRING_SECONDS
    pairings = pairings.filter(({ createdAt }) => createdAt > oldest)
    return pairings
  }

  const own: OwnAccount = ownAccount({
    rows,
    sessions,
    rules,
    random,
    sha256: options.primitives.sha256,
    member,
    newSession,
    account,
    forget(row) {
      pairings = pairings.filter(({ from, to }) => from !== row && to !== row)
      push.disable(row.username, '')
      push.setWakeHash(row.username, new Uint8Array(0))
    },
  })

  const api: AccountApi = {
    prelogin: method(({ username }) => {
      const name = rules.foldUsername(username)
      const wrapped = rows.get(name)?.wrappedMasterKey
      const madeUp = options.primitives.sha256(new TextEncoder().encode(`salt of ${name}`)).slice(0, SALT_END - SALT_AT)
      return { profile: wrapped?.[PROFILE_AT] ?? 1, salt: wrapped?.slice(SALT_AT, SALT_END) ?? madeUp }
    }),
    register: method((request) => {
      const username = rules.foldUsername(request.username)
      const displayName = rules.checkDisplayName(request.displayName)
      ensure(request.authKey.length === 32, 'invalid_argument', 'auth_key must be 32 bytes')
      ensure(
        request.wrappedMasterKey.length === PROTOCOL.WRAPPED_MASTER_KEY_SIZE,
        'invalid_argument',
        'wrapped_master_key must be 80 bytes',
      )
      if (rows.has(username)) throw new Solo2Error('username_taken', 'the name is taken', { field: 'username' })
      const row: Row = {
        username,
        displayName,
        pairingCode: rules.randomPairingCode(random),
        alias: rules.aliasOf(toHex(random(12))),
        registeredAt: BigInt(seconds()),
        authKey: request.authKey.slice(),
        wrappedMasterKey: request.wrappedMasterKey.slice(),
        recoveryFingerprint: request.recoveryFingerprint.slice(),
        bundle: undefined,
        state: AccountState.ACTIVE,
        maximumSecurity: false,
      }
      rows.set(username, row)
      return { session: newSession(row), account: account(row) }
    }),
    login: method(({ username, authKey }) => {
      const row = rows.get(rules.foldUsername(username))
      if (!row || !equal(row.authKey, authKey)) throw new Solo2Error('unauthenticated', 'wrong name or password')
      return { session: newSession(row), account: account(row), wrappedMasterKey: row.wrappedMasterKey.slice() }
    }),
    logout: method((_, call) => {
      member(call)
      sessions.delete(toHex(call.token ?? new Uint8Array(0)))
      return {}
    }),
    getAccount: method((_, call) => ({ account: account(member(call)) })),
    publishBundle: method(({ bundle, authKey }, call) => {
      const row = member(call)
      if (!bundle) throw new Solo2Error('invalid_argument', 'bundle is missing', { field: 'bundle' })
      rules.checkBundle(bundle, row.alias)
      const same = row.bundle && equal(row.bundle.body, bundle.body) && equal(row.bundle.signature, bundle.signature)
      ensure(!row.bundle || same || equal(row.authKey, authKey), 'permission_denied', 'replacing needs the password')
      row.bundle = { body: bundle.body.slice(), signature: bundle.signature.slice() }
      return {}
    }),
    lookUp: method(({ code }, call) => ({ person: person(find(code, served(call))) })),
    requestPairing: method(({ code }, call) => {
      const from = served(call)
      ensure(from.bundle, 'failed_precondition', 'publish your keys first')
      const to = find(code, from)
      if (!living().some((pairing) => pairing.from === from && pairing.to === to)) {
        pairings.push({ id: toHex(random(12)), from, to, createdAt: seconds() })
      }
      return { person: person(to) }
    }),
    listPairings: method((_, call) => {
      const to = member(call)
      const incoming = living().filter((pairing) => pairing.to === to)
      return {
        incoming: incoming.map(({ id, from, createdAt }) => ({
          id,
          person: person(from),
          createdAt: BigInt(createdAt),
        })),
      }
    }),
    answerPairing: method(({ id, accept }, call) => {
      const to = accept ? served(call) : member(call)
      const found = living().find((pairing) => pairing.id === id && pairing.to === to)
      ensure(found, 'not_found', 'no such request')
      // Accepted or refused, the row is gone at once (R1).
      pairings = pairings.filter((pairing) => pairing !== found)
      return {}
    }),
    drawTickets: method(({ count }, call) => {
      served(call)
      ensure(count >= 1 && count <= 8, 'invalid_argument', 'count must be 1 to 8')
      return { tickets: options.issueTickets(count), lifetime: PROTOCOL.TICKET_SECONDS }
    }),
    getIceServers: method((_, call) => {
      member(call)
      iceServersAsked++
      const servers = accounts.iceServers.map(({ urls, username = '', credential = '' }) => {
        const lifetime = username ? accounts.mirrorSeconds : 0
        const end = seconds() + lifetime
        const named = username && { username: `${end}:${username}`, credential, expiresAt: BigInt(end) }
        return { urls: [...urls], lifetime, ...(named || { username: '', credential: '', expiresAt: 0n }) }
      })
      return { servers, mirrorAfter: 0 }
    }),
    pauseAccount: method((_, call) => {
      const row = member(call)
      row.state = AccountState.PAUSED
      return { account: account(row) }
    }),
    resumeAccount: method((_, call) => {
      const row = member(call)
      row.state = AccountState.ACTIVE
      return { account: account(row) }
    }),
    setMaximumSecurity: method(({ on }, call) => {
      const row = member(call)
      row.maximumSecurity = on
      return { account: account(row) }
    }),
    seeBalance: method((_, call) => ({ account: account(member(call)) })),
    startCheckout: method((_, call) => {
      member(call)
      throw new Solo2Error('unimplemented', 'this server takes no payments')
    }),
    getPushKey: method((_, call) => {
      member(call)
      return { key: new Uint8Array(65).fill(4) }
    }),
    enableNotifications: method(({ endpoint }, call) => {
      push.enable(member(call).username, endpoint)
      return {}
    }),
    disableNotifications: method(({ endpoint }, call) => {
      push.disable(member(call).username, endpoint)
      return {}
    }),
    setWakeToken: method(({ wakeHash }, call) => {
      push.setWakeHash(member(call).username, wakeHash)
      return {}
    }),
    sendFeedback: method(({ message }, call) => {
      const { username } = member(call)
      ensure(message.trim() !== '', 'invalid_argument', 'message is empty')
      accounts.feedback.push({ username, message })
      return {}
    }),
    recover: method(own.recover),
    setDisplayName: method(own.setDisplayName),
    newPairingCode: method(own.newPairingCode),
    listSessions: method(own.listSessions),
    endSessions: method(own.endSessions),
    changePassword: method(own.changePassword),
    newWords: method(own.newWords),
    deleteAccount: method(own.deleteAccount),
  }

  const accounts: MemoryAccounts = {
    api: failing(api, failures),
    failNext: (name, lost) => failures.set(name, lost),
    stop() {
      up = false
    },
    start() {
      up = true
    },
    iceServers: [],
    mirrorSeconds: 86_400,
    get iceServersAsked() {
      return iceServersAsked
    },
    push,
    feedback: [],
    endSessions: () => sessions.clear(),
    get pendingPairings() {
      return living().length
    },
  }
  return accounts
}

type Failures = Map<keyof AccountApi, 'request' | 'answer'>

function failing(api: AccountApi, failures: Failures): AccountApi {
  type Answer = (request: unknown, call?: CallOptions) => Promise<unknown>
  const methods = Object.entries(api) as [keyof AccountApi, Answer][]
  const wrapped = methods.map(([name, answer]): [string, Answer] => [
    name,
    async (request, call) => {
      const lost = failures.get(name)
      failures.delete(name)
      if (lost !== 'request') {
        const given = await answer(request, call)
        if (lost === undefined) return given
      }
      throw new Solo2Error('server_away', 'the connection broke')
    },
  ])
  return Object.fromEntries(wrapped) as unknown as AccountApi
}
