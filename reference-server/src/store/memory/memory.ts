/** The store in memory: the twin of SQLite's for tests. Nothing survives `close`. */
import { equal, toHex } from '@solo2/sdk/shared'
import { erasureHash } from '../../rules/erasure.js'
import type {
  AccountRow,
  CheckoutRow,
  ErasureRow,
  FeedbackRow,
  PairingRow,
  PaymentRow,
  PushSubscriptionRow,
  SessionRow,
  SessionsLeft,
  Store,
} from '../port.js'
import { wakeHashTaken } from '../taken.js'

const same = (a: Uint8Array | undefined, b: Uint8Array) => a !== undefined && equal(a, b)

/** Deletes what matches; how many there were. */
function drop<T>(rows: Map<string, T>, matches: (row: T) => boolean): number {
  let count = 0
  for (const [key, row] of rows) if (matches(row) && rows.delete(key)) count += 1
  return count
}

function tally(values: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

export function createMemoryStore(): Store {
  const accounts = new Map<string, AccountRow>()
  const sessions = new Map<string, SessionRow>()
  const pairings = new Map<string, PairingRow>()
  const subscriptions = new Map<string, PushSubscriptionRow>()
  const feedback = new Map<string, FeedbackRow>()
  const checkouts = new Map<string, CheckoutRow>()
  const payments = new Map<string, PaymentRow>()
  const erasures = new Map<string, ErasureRow>()
  let chargedThrough: number | undefined

  const pairKey = (first: string, second: string) => `${first} ${second}`
  const accountWhere = (matches: (account: AccountRow) => boolean) => [...accounts.values()].find(matches)
  const pending = (expired: number) => [...pairings.values()].filter((pairing) => pairing.createdAt > expired)
  const subscriptionsOf = (account: string) =>
    [...subscriptions.values()]
      .filter((row) => row.account === account)
      .sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1))
  const change = (id: string, changes: Partial<AccountRow>): boolean => {
    const account = accounts.get(id)
    if (account !== undefined) accounts.set(id, { ...account, ...changes })
    return account !== undefined
  }
  const deleteRows = (account: string) => {
    for (const rows of [sessions, subscriptions, feedback, checkouts]) {
      drop<{ account: string }>(rows as Map<string, { account: string }>, (row) => row.account === account)
    }
    drop(pairings, (row) => row.requester === account || row.recipient === account)
    return accounts.delete(account)
  }
  const remember = (row: ErasureRow) => {
    const key = toHex(row.accountHash)
    if (!erasures.has(key)) erasures.set(key, row)
  }
  const isStill = (id: string, expected: string) => accounts.get(id)?.passwordVerifier === expected
  const leave = (account: string, left: SessionsLeft) => {
    if (left === 'all') return
    drop(sessions, (row) => row.account === account && !('keep' in left && equal(row.tokenHash, left.keep)))
    if ('only' in left) sessions.set(toHex(left.only.tokenHash), left.only)
  }

  return {
    async createAccount(account, session) {
      if (accountWhere((other) => other.username === account.username)) return 'username_taken'
      const taken = accountWhere(
        (other) =>
          other.id === account.id ||
          other.reference === account.reference ||
          other.alias === account.alias ||
          other.pairingCode === account.pairingCode,
      )
      if (taken || sessions.has(toHex(session.tokenHash))) return 'identifier_taken'
      accounts.set(account.id, account)
      sessions.set(toHex(session.tokenHash), session)
      return 'created'
    },
    async accountById(id) {
      return accounts.get(id)
    },
    async accountByReference(reference) {
      return accountWhere((account) => account.reference === reference)
    },
    async accountByUsername(username) {
      return accountWhere((account) => account.username === username)
    },
    async wrapperOf(username, otherwise) {
      return (accountWhere((account) => account.username === username)?.wrappedMasterKey ?? otherwise).slice()
    },
    async accountByPairingCode(code) {
      return accountWhere((account) => account.pairingCode === code)
    },
    async accountByAlias(alias) {
      return accountWhere((account) => account.alias === alias)
    },
    async putDisplayName(account, displayName) {
      change(account, { displayName })
    },
    async putPairingCode(account, pairingCode) {
      if (accountWhere((other) => other.pairingCode === pairingCode && other.id !== account)) return 'identifier_taken'
      change(account, { pairingCode })
      return 'done'
    },
    async putBundle(account, bundle, expected) {
      return (expected === undefined || isStill(account, expected)) && change(account, { bundle: bundle.slice() })
    },
    async replaceSecrets(account, expected, secrets, left) {
      if (!isStill(account, expected)) return false
      const { wrappedMasterKey, recoveryFingerprint } = secrets
      change(account, {
        passwordVerifier: secrets.passwordVerifier,
        securityVersion: secrets.securityVersion,
        ...(wrappedMasterKey && { wrappedMasterKey: wrappedMasterKey.slice() }),
        ...(recoveryFingerprint !== undefined && { recoveryFingerprint }),
      })
      leave(account, left)
      return true
    },
    async deleteAccount(account, expected, day) {
      if (!isStill(account, expected)) return false
      remember({ accountHash: erasureHash(account), day })
      deleteRows(account)
      return true
    },
    async accountBySession(tokenHash, now) {
      const session = sessions.get(toHex(tokenHash))
      return session === undefined || session.expiresAt <= now ? undefined : accounts.get(session.account)
    },
    async createSession(session) {
      sessions.set(toHex(session.tokenHash), session)
    },
    async sessionsOf(account, now) {
      return [...sessions.values()]
        .filter((session) => session.account === account && session.expiresAt > now)
        .sort((a, b) => a.createdAt - b.createdAt || (toHex(a.tokenHash) < toHex(b.tokenHash) ? -1 : 1))
    },
    async deleteSession(tokenHash) {
      return sessions.delete(toHex(tokenHash))
    },
    async deleteSessions(account, tokenHashes) {
      const hashes = new Set(tokenHashes.map(toHex))
      return drop(sessions, (session) => session.account === account && hashes.has(toHex(session.tokenHash)))
    },
    async requestPairing(request, expired, decide) {
      const { requester, recipient } = request
      const live = pending(expired)
      const verdict = decide({
        repeated: live.some((other) => other.requester === requester && other.recipient === recipient),
        crossed: live.some((other) => other.requester === recipient && other.recipient === requester),
        incoming: live.filter((other) => other.recipient === recipient).length,
        outgoing: live.filter((other) => other.requester === requester).length,
      })
      if (verdict === 'create') pairings.set(pairKey(requester, recipient), request)
      if (verdict === 'accept') pairings.delete(pairKey(recipient, requester))
      return verdict
    },
    async pairingsTo(recipient, expired) {
      return pending(expired)
        .filter((request) => request.recipient === recipient)
        .sort((a, b) => a.createdAt - b.createdAt || (a.requester < b.requester ? -1 : 1))
        .flatMap((request) => {
          const requester = accounts.get(request.requester)
          return requester === undefined ? [] : [{ request, requester }]
        })
    },
    async deletePairing(requester, recipient) {
      return pairings.delete(pairKey(requester, recipient))
    },
    async changeStanding(id, decide) {
      const account = accounts.get(id)
      const standing = account && decide(account)
      if (standing) change(id, standing)
      return accounts.get(id)
    },
    async startCheckout(checkout, expired, max) {
      const open = [...checkouts.values()].filter(
        (row) => row.account === checkout.account && row.createdAt > expired,
      ).length
      if (open >= max) return false
      checkouts.set(toHex(checkout.referenceHash), checkout)
      return true
    },
    async creditCheckout(referenceHash, payment, expired, decide) {
      if (payments.has(payment.confirmation)) return 'repeated'
      const checkout = checkouts.get(toHex(referenceHash))
      const account = checkout && accounts.get(checkout.account)
      if (!account || checkout.createdAt <= expired) return 'unknown'
      change(account.id, decide(account))
      checkouts.delete(toHex(referenceHash))
      payments.set(payment.confirmation, payment)
      return 'credited'
    },
    async chargedThrough() {
      return chargedThrough
    },
    async chargeDay(day, decide) {
      if (chargedThrough !== undefined && day !== chargedThrough + 1) return false
      if (chargedThrough !== undefined) {
        const decided = [...accounts.values()].map((account) => [account.id, decide(account)] as const)
        for (const [id, standing] of decided) if (standing) change(id, standing)
      }
      chargedThrough = day
      return true
    },
    async payments(from, to) {
      const rows = [...payments.values()].filter(({ day }) => day >= from && day <= to)
      return { count: rows.length, amount: rows.reduce((sum, { amount }) => sum + amount, 0) }
    },
    async putPushSubscription(row, max) {
      const others = subscriptionsOf(row.account).filter(({ endpoint }) => endpoint !== row.endpoint)
      if (others.length >= max) return false
      subscriptions.set(row.endpoint, row)
      return true
    },
    async deletePushSubscription(endpoint, account) {
      const row = subscriptions.get(endpoint)
      return row !== undefined && (account ?? row.account) === row.account && subscriptions.delete(endpoint)
    },
    async deletePushSubscriptions(account) {
      return drop(subscriptions, (row) => row.account === account)
    },
    async setWakeHash(account, hash) {
      if (hash && accountWhere((row) => row.id !== account && same(row.wakeHash, hash))) throw wakeHashTaken()
      change(account, { wakeHash: hash?.slice() })
    },
    async subscriptionsToWake(wakeHash) {
      const account = accountWhere((row) => same(row.wakeHash, wakeHash))
      return account && { account, subscriptions: subscriptionsOf(account.id) }
    },
    async putFeedback(row, max) {
      const others = [...feedback.values()].filter(
        ({ account, message }) => account === row.account && message !== row.message,
      )
      if (others.length >= max) return false
      feedback.set(pairKey(row.account, row.message), row)
      return true
    },
    async feedback(limit) {
      const order = (row: FeedbackRow) => pairKey(row.account, row.message)
      return [...feedback.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)).slice(0, limit)
    },
    async deleteFeedback({ account, message }) {
      return feedback.delete(pairKey(account, message))
    },
    async erasures() {
      return [...erasures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
    },
    async erase(list) {
      for (const row of list) remember(row)
      let found = 0
      for (const id of [...accounts.keys()]) if (erasures.has(toHex(erasureHash(id))) && deleteRows(id)) found += 1
      for (const rows of [sessions, pairings, subscriptions, feedback, checkouts]) rows.clear()
      for (const id of accounts.keys()) change(id, { wakeHash: undefined })
      return found
    },
    async deleteExpired(expired) {
      drop(erasures, ({ day }) => day <= expired.erasures)
      return {
        sessions: drop(sessions, (session) => session.expiresAt <= expired.sessions),
        pairings: drop(pairings, (pairing) => pairing.createdAt <= expired.pairings),
        checkouts: drop(checkouts, (checkout) => checkout.createdAt <= expired.checkouts),
      }
    },
    async statistics(now) {
      const rows = [...accounts.values()]
      return {
        accounts: rows.length,
        byType: tally(rows.map(({ type }) => type)),
        byState: tally(rows.map(({ state }) => state)),
        cutOff: rows.filter(({ cutOff }) => cutOff > 0).length,
        sessions: [...sessions.values()].filter(({ expiresAt }) => expiresAt > now).length,
        pairings: pairings.size,
        subscriptions: subscriptions.size,
        feedback: feedback.size,
      }
    },
    async close() {
      for (const rows of [accounts, sessions, pairings, subscriptions, feedback, checkouts, payments, erasures])
        rows.clear()
    },
  }
}
