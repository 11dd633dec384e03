/** The store in memory: the twin of sqlite.ts for tests. Nothing survives `close`. */
import { toHex } from '@solo2/sdk/shared'
import type { AccountRow, PairingRow, SessionRow, Store } from './port.js'

export function createMemoryStore(): Store {
  const accounts = new Map<string, AccountRow>()
  const sessions = new Map<string, SessionRow>()
  const pairings = new Map<string, PairingRow>()

  const pairingKey = (requester: string, recipient: string) => `${requester} ${recipient}`
  const accountWhere = (matches: (account: AccountRow) => boolean) => [...accounts.values()].find(matches)
  const pending = (expired: number) => [...pairings.values()].filter((pairing) => pairing.createdAt > expired)

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
    async accountByUsername(username) {
      return accountWhere((account) => account.username === username)
    },
    async accountByPairingCode(code) {
      return accountWhere((account) => account.pairingCode === code)
    },
    async accountByAlias(alias) {
      return accountWhere((account) => account.alias === alias)
    },
    async accountBySession(tokenHash, now) {
      const session = sessions.get(toHex(tokenHash))
      return session === undefined || session.expiresAt <= now ? undefined : accounts.get(session.account)
    },
    async putBundle(id, bundle) {
      const account = accounts.get(id)
      if (account !== undefined) accounts.set(id, { ...account, bundle: bundle.slice() })
    },
    async createSession(session) {
      sessions.set(toHex(session.tokenHash), session)
    },
    async deleteSession(tokenHash) {
      return sessions.delete(toHex(tokenHash))
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
      if (verdict === 'create') pairings.set(pairingKey(requester, recipient), request)
      if (verdict === 'accept') pairings.delete(pairingKey(recipient, requester))
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
      return pairings.delete(pairingKey(requester, recipient))
    },
    async deleteExpired(now, pairingsUpTo) {
      const count = { sessions: 0, pairings: 0 }
      for (const [key, session] of sessions) if (session.expiresAt <= now && sessions.delete(key)) count.sessions += 1
      for (const [key, pairing] of pairings)
        if (pairing.createdAt <= pairingsUpTo && pairings.delete(key)) count.pairings += 1
      return count
    },
    async close() {
      accounts.clear()
      sessions.clear()
      pairings.clear()
    },
  }
}
