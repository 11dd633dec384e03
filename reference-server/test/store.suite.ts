/** The one behaviour suite of every store: memory, SQLite and PostgreSQL must not differ. */
import { describe, expect, it } from 'vitest'
import { erasureHash } from '../src/rules/erasure.js'
import type { AccountRow, PairingFacts, SessionsLeft, Store } from '../src/store/port.js'
import { bytes } from './harness.js'
import { account, payment, session, standing, subscription } from './store-rows.js'

export function storeSuite(kind: string, create: () => Store | Promise<Store>): void {
  describe(`a store in ${kind}`, () => {
    const filled = async (people = 3) => {
      const store = await create()
      for (let n = 0; n < people; n++) expect(await store.createAccount(account(n), session(n))).toBe('created')
      return store
    }

    it('gives back every field of an account by each of its names', async () => {
      const store = await filled()
      expect(await store.accountByUsername('name-b')).toEqual(account(1))
      expect(await store.accountByReference(account(1).reference)).toEqual(account(1))
      expect(await store.wrapperOf('name-b', bytes(80, 9))).toEqual(account(1).wrappedMasterKey)
      expect(await store.wrapperOf('name-z', bytes(80, 9))).toEqual(bytes(80, 9))
      expect(await store.accountByPairingCode('BBBBBBBBBB')).toEqual(account(1))
      expect(await store.accountByAlias('BBBBBBBB')).toEqual(account(1))
      expect(await store.accountBySession(bytes(32, 1), 1_999)).toEqual(account(1))
      for (const nobody of [
        store.accountByUsername('name-z'),
        store.accountByUsername('NAME-B'),
        store.accountByPairingCode('BBBBBBBB'),
        store.accountByAlias('BBBBBBBBBB'),
        store.accountBySession(bytes(32, 99), 0),
      ]) {
        expect(await nobody).toBeUndefined()
      }
      await store.close()
    })

    it('refuses a name or an identifier that is taken, and keeps nothing of either row then', async () => {
      const store = await filled()
      expect(await store.createAccount(account(5, { username: 'name-a' }), session(5, 50))).toBe('username_taken')
      for (const change of [
        { id: account(0).id },
        { reference: account(0).reference },
        { alias: account(0).alias },
        { pairingCode: account(0).pairingCode },
      ]) {
        expect(await store.createAccount(account(5, change), session(5, 50))).toBe('identifier_taken')
      }
      expect(await store.accountByUsername('name-f')).toBeUndefined()
      expect(await store.createAccount(account(5), session(5, 50))).toBe('created')
      await store.close()
    })

    it('does the same for a session whose hash is there already: no account without its session', async () => {
      const store = await filled()
      expect(await store.createAccount(account(6), session(6, 0))).toBe('identifier_taken')
      expect(await store.accountByUsername('name-g')).toBeUndefined()
      await store.close()
    })

    it('keeps a bundle, another one in its place, and copies what it is given', async () => {
      const store = await filled()
      const whole = bytes(200, 3)
      const view = whole.subarray(50, 150)
      await store.putBundle(account(0).id, view)
      await store.putBundle(account(1).id, bytes(9, 1))
      await store.putBundle(account(1).id, bytes(5, 2))
      expect((await store.accountByUsername('name-a'))?.bundle).toEqual(bytes(100, 3))
      expect((await store.accountByUsername('name-b'))?.bundle).toEqual(bytes(5, 2))
      await store.close()
    })

    it('ends sessions at their second, one by one, and by deletion', async () => {
      const store = await filled()
      await store.createSession(session(0, 10, 3_000))
      expect(await store.accountBySession(bytes(32, 0), 2_000)).toBeUndefined()
      expect((await store.accountBySession(bytes(32, 10), 2_000))?.username).toBe('name-a')
      expect(await store.deleteSession(bytes(32, 10))).toBe(true)
      expect(await store.deleteSession(bytes(32, 10))).toBe(false)
      expect(await store.accountBySession(bytes(32, 10), 2_000)).toBeUndefined()
      expect(await store.deleteExpired({ sessions: 1_999, pairings: 0, checkouts: 0, erasures: 0 })).toEqual({
        sessions: 0,
        pairings: 0,
        checkouts: 0,
      })
      expect(await store.deleteExpired({ sessions: 2_000, pairings: 0, checkouts: 0, erasures: 0 })).toEqual({
        sessions: 3,
        pairings: 0,
        checkouts: 0,
      })
      await store.close()
    })

    it('decides on a pairing by what is pending and not expired', async () => {
      const store = await filled(4)
      const seen: PairingFacts[] = []
      const ask = (from: number, to: number, createdAt: number, verdict: 'create' | 'keep' | 'accept' | 'refuse') =>
        store.requestPairing({ requester: account(from).id, recipient: account(to).id, createdAt }, 100, (facts) => {
          seen.push(facts)
          return verdict
        })
      expect(await ask(0, 1, 100, 'create')).toBe('create')
      await ask(0, 1, 101, 'create')
      await ask(0, 1, 102, 'keep')
      await ask(2, 1, 103, 'create')
      await ask(0, 2, 104, 'create')
      expect(await ask(1, 0, 105, 'refuse')).toBe('refuse')
      expect(seen).toEqual([
        { repeated: false, crossed: false, incoming: 0, outgoing: 0 },
        { repeated: false, crossed: false, incoming: 0, outgoing: 0 },
        { repeated: true, crossed: false, incoming: 1, outgoing: 1 },
        { repeated: false, crossed: false, incoming: 1, outgoing: 0 },
        { repeated: false, crossed: false, incoming: 0, outgoing: 1 },
        { repeated: false, crossed: true, incoming: 0, outgoing: 0 },
      ])
      const listed = await store.pairingsTo(account(1).id, 100)
      expect(listed.map(({ request, requester }) => [requester.username, request.createdAt])).toEqual([
        ['name-a', 101],
        ['name-c', 103],
      ])
      expect(listed[0]?.requester).toEqual(account(0))
      await ask(1, 0, 106, 'accept')
      expect((await store.pairingsTo(account(1).id, 100)).map(({ requester }) => requester.username)).toEqual([
        'name-c',
      ])
      expect(await store.pairingsTo(account(0).id, 100)).toEqual([])
      await store.close()
    })

    it('deletes a request once, and expired ones at their second', async () => {
      const store = await filled()
      const ask = (from: number, to: number, createdAt: number) =>
        store.requestPairing({ requester: account(from).id, recipient: account(to).id, createdAt }, 0, () => 'create')
      await ask(0, 1, 500)
      await ask(0, 2, 501)
      expect(await store.deletePairing(account(1).id, account(0).id)).toBe(false)
      expect(await store.deletePairing(account(0).id, account(1).id)).toBe(true)
      expect(await store.deletePairing(account(0).id, account(1).id)).toBe(false)
      expect(await store.deleteExpired({ sessions: 0, pairings: 500, checkouts: 0, erasures: 0 })).toEqual({
        sessions: 0,
        pairings: 0,
        checkouts: 0,
      })
      expect(await store.deleteExpired({ sessions: 0, pairings: 501, checkouts: 0, erasures: 0 })).toEqual({
        sessions: 0,
        pairings: 1,
        checkouts: 0,
      })
      await store.close()
    })

    it('changes a name and a code, and refuses the code of another', async () => {
      const store = await filled()
      await store.putDisplayName(account(0).id, 'Other')
      expect(await store.putPairingCode(account(0).id, 'ZZZZZZZZZZ')).toBe('done')
      expect(await store.putPairingCode(account(0).id, 'BBBBBBBBBB')).toBe('identifier_taken')
      expect(await store.accountByPairingCode('AAAAAAAAAA')).toBeUndefined()
      const changed = account(0, { displayName: 'Other', pairingCode: 'ZZZZZZZZZZ' })
      expect(await store.accountByPairingCode('ZZZZZZZZZZ')).toEqual(changed)
      expect(await store.accountById(account(0).id)).toEqual(changed)
      await store.close()
    })

    it('replaces secrets only over the verifier that was checked, and keeps what is not named', async () => {
      const store = await filled()
      const verifier = account(0).passwordVerifier
      const change = { passwordVerifier: 'n'.repeat(128), securityVersion: 2 }
      expect(await store.replaceSecrets(account(0).id, 'o'.repeat(128), change, 'all')).toBe(false)
      expect(await store.accountById(account(0).id)).toEqual(account(0))
      expect(await store.replaceSecrets(account(0).id, verifier, change, 'all')).toBe(true)
      expect(await store.accountById(account(0).id)).toEqual(account(0, change))
      expect(await store.replaceSecrets(account(0).id, verifier, change, 'all')).toBe(false)
      const whole = { ...change, wrappedMasterKey: bytes(80, 99), recoveryFingerprint: 'e'.repeat(64) }
      expect(await store.replaceSecrets(account(0).id, change.passwordVerifier, whole, 'all')).toBe(true)
      expect(await store.accountById(account(0).id)).toEqual(account(0, whole))
      expect(await store.accountById(account(1).id)).toEqual(account(1))
      await store.close()
    })

    it('leaves all sessions, one, or a new one only', async () => {
      const store = await filled()
      for (const fill of [10, 11]) await store.createSession(session(0, fill, 3_000 + fill))
      const change = { passwordVerifier: account(0).passwordVerifier, securityVersion: 1 }
      const open = async () => (await store.sessionsOf(account(0).id, 1_000)).map(({ tokenHash }) => tokenHash[0])
      const replace = (left: SessionsLeft) =>
        store.replaceSecrets(account(0).id, account(0).passwordVerifier, change, left)
      await replace('all')
      expect(await open()).toEqual([0, 10, 11])
      await replace({ keep: bytes(32, 10) })
      expect(await open()).toEqual([10])
      await replace({ only: session(0, 12) })
      expect(await open()).toEqual([12])
      expect((await store.accountBySession(bytes(32, 1), 0))?.username).toBe('name-b')
      await store.close()
    })

    it('lists live sessions, oldest first, and ends only those of their account', async () => {
      const store = await filled()
      await store.createSession({ ...session(0, 20, 5_000), createdAt: 500 })
      expect((await store.sessionsOf(account(0).id, 0)).map(({ tokenHash }) => tokenHash[0])).toEqual([20, 0])
      expect(await store.sessionsOf(account(0).id, 2_000)).toEqual([{ ...session(0, 20, 5_000), createdAt: 500 }])
      expect(await store.deleteSessions(account(0).id, [bytes(32, 1), bytes(32, 20), bytes(32, 21)])).toBe(1)
      expect(await store.deleteSessions(account(0).id, [])).toBe(0)
      expect((await store.sessionsOf(account(1).id, 0)).length).toBe(1)
      await store.close()
    })

    it('[D1] deletes every row of an account, and none of another', async () => {
      const store = await filled()
      const fill = async (n: number, other: number) => {
        await store.requestPairing(
          { requester: account(n).id, recipient: account(other).id, createdAt: 500 },
          0,
          () => 'create',
        )
        await store.putPushSubscription(subscription(`https://push.example/${n}`, n), 4)
        await store.setWakeHash(account(n).id, bytes(32, 40 + n))
        await store.putFeedback({ account: account(n).id, message: 'Help' }, 4)
        await store.startCheckout({ referenceHash: bytes(32, 60 + n), account: account(n).id, createdAt: 500 }, 0, 4)
      }
      await fill(0, 1)
      await fill(1, 2)
      await fill(2, 0)
      expect(await store.deleteAccount(account(0).id, 'wrong', 20_000)).toBe(false)
      expect((await store.statistics(0)).accounts).toBe(3)
      expect(await store.deleteAccount(account(0).id, account(0).passwordVerifier, 20_000)).toBe(true)
      expect(await store.deleteAccount(account(0).id, account(0).passwordVerifier, 20_000)).toBe(false)
      expect(await store.statistics(0)).toMatchObject({
        accounts: 2,
        sessions: 2,
        pairings: 1,
        subscriptions: 2,
        feedback: 2,
      })
      expect(await store.accountById(account(0).id)).toBeUndefined()
      expect(await store.subscriptionsToWake(bytes(32, 40))).toBeUndefined()
      expect(await store.creditCheckout(bytes(32, 60), payment('gone'), 0, standing)).toBe('unknown')
      expect(await store.createAccount(account(0), session(0))).toBe('created')
      await store.close()
    })

    it('changes a standing by what it is at that moment', async () => {
      const store = await filled()
      const pay = (row: AccountRow) => ({ ...standing(row), balance: row.balance + 5, flags: 1 })
      const changed = await store.changeStanding(account(0).id, pay)
      expect(changed).toEqual(account(0, { balance: 5, flags: 1 }))
      await Promise.all([store.changeStanding(account(0).id, pay), store.changeStanding(account(0).id, pay)])
      expect((await store.accountById(account(0).id))?.balance).toBe(15)
      expect((await store.changeStanding(account(0).id, () => undefined))?.balance).toBe(15)
      expect(await store.changeStanding('u_nobody', pay)).toBeUndefined()
      await store.close()
    })

    it('[B1] credits a checkout once, whoever tells it again, and keeps no way back', async () => {
      const store = await filled()
      const checkout = (fill: number, createdAt = 500) => ({
        referenceHash: bytes(32, fill),
        account: account(0).id,
        createdAt,
      })
      expect(await store.startCheckout(checkout(1), 100, 2)).toBe(true)
      expect(await store.startCheckout(checkout(2), 100, 2)).toBe(true)
      expect(await store.startCheckout(checkout(3), 100, 2)).toBe(false)
      expect(await store.startCheckout(checkout(3, 600), 500, 1)).toBe(true)
      const pay = (row: AccountRow) => ({ ...standing(row), balance: row.balance + 700 })
      expect(await store.creditCheckout(bytes(32, 1), payment('one'), 500, pay)).toBe('unknown')
      expect(await store.creditCheckout(bytes(32, 9), payment('one'), 0, pay)).toBe('unknown')
      expect(await store.payments(0, 99_999)).toEqual({ count: 0, amount: 0 })
      expect(await store.creditCheckout(bytes(32, 1), payment('one'), 499, pay)).toBe('credited')
      expect(await store.creditCheckout(bytes(32, 1), payment('one'), 499, pay)).toBe('repeated')
      expect(await store.creditCheckout(bytes(32, 2), payment('one'), 499, pay)).toBe('repeated')
      expect(await store.creditCheckout(bytes(32, 1), payment('two'), 499, pay)).toBe('unknown')
      expect((await store.accountById(account(0).id))?.balance).toBe(700)
      expect(await store.payments(20_000, 20_000)).toEqual({ count: 1, amount: 700 })
      expect(await store.payments(20_001, 20_002)).toEqual({ count: 0, amount: 0 })
      expect(await store.deleteExpired({ sessions: 0, pairings: 0, checkouts: 500, erasures: 0 })).toMatchObject({
        checkouts: 1,
      })
      await store.close()
    })

    it('[A7] charges each day once, in order, all accounts or none', async () => {
      const store = await filled()
      const charge = (row: AccountRow) =>
        row.username === 'name-c' ? undefined : { ...standing(row), bonus: row.bonus - 1 }
      expect(await store.chargedThrough()).toBeUndefined()
      expect(await store.chargeDay(100, charge)).toBe(true)
      expect(await store.chargedThrough()).toBe(100)
      expect(await store.chargeDay(100, charge)).toBe(false)
      expect(await store.chargeDay(102, charge)).toBe(false)
      expect((await store.accountById(account(0).id))?.bonus).toBe(account(0).bonus)
      expect(await store.chargeDay(101, charge)).toBe(true)
      const fail = (row: AccountRow) => {
        if (row.username === 'name-b') throw new Error('in the middle')
        return charge(row)
      }
      await expect(store.chargeDay(102, fail)).rejects.toThrow('in the middle')
      expect(await store.chargedThrough()).toBe(101)
      const bonuses = await Promise.all([0, 1, 2].map(async (n) => (await store.accountById(account(n).id))?.bonus))
      expect(bonuses).toEqual([account(0).bonus - 1, account(1).bonus - 1, account(2).bonus])
      await store.close()
    })

    it('[N1] keeps a subscription per browser, hands it over, and finds an account by its wake hash', async () => {
      const store = await filled()
      expect(await store.putPushSubscription(subscription('https://push.example/a', 0), 2)).toBe(true)
      expect(await store.putPushSubscription(subscription('https://push.example/b', 0), 2)).toBe(true)
      expect(await store.putPushSubscription(subscription('https://push.example/c', 0), 2)).toBe(false)
      expect(await store.putPushSubscription(subscription('https://push.example/a', 0), 2)).toBe(true)
      await store.setWakeHash(account(0).id, bytes(32, 40))
      expect(await store.subscriptionsToWake(bytes(32, 40))).toEqual({
        account: account(0, { wakeHash: bytes(32, 40) }),
        subscriptions: [subscription('https://push.example/a', 0), subscription('https://push.example/b', 0)],
      })
      await store.putPushSubscription(subscription('https://push.example/a', 1), 2)
      expect(await store.deletePushSubscription('https://push.example/a', account(0).id)).toBe(false)
      expect((await store.subscriptionsToWake(bytes(32, 40)))?.subscriptions).toHaveLength(1)
      expect(await store.deletePushSubscription('https://push.example/a')).toBe(true)
      expect(await store.deletePushSubscriptions(account(0).id)).toBe(1)
      expect(await store.deletePushSubscriptions(account(0).id)).toBe(0)
      await store.setWakeHash(account(0).id, undefined)
      expect(await store.subscriptionsToWake(bytes(32, 40))).toBeUndefined()
      await store.close()
    })

    it('[N1] wakes one account by a token: nobody takes another’s', async () => {
      const store = await filled()
      await store.setWakeHash(account(1).id, bytes(32, 40))
      await store.setWakeHash(account(1).id, bytes(32, 40))
      await expect(store.setWakeHash(account(0).id, bytes(32, 40))).rejects.toMatchObject({ code: 'invalid_argument' })
      expect((await store.subscriptionsToWake(bytes(32, 40)))?.account.id).toBe(account(1).id)
      await store.setWakeHash(account(1).id, undefined)
      await store.setWakeHash(account(0).id, bytes(32, 40))
      expect((await store.subscriptionsToWake(bytes(32, 40)))?.account.id).toBe(account(0).id)
      await store.close()
    })

    it('[F1] keeps feedback until it is processed, a bounded number each', async () => {
      const store = await filled()
      const says = (n: number, message: string) => ({ account: account(n).id, message })
      expect(await store.putFeedback(says(1, 'Später ging es'), 2)).toBe(true)
      expect(await store.putFeedback(says(0, 'One'), 2)).toBe(true)
      expect(await store.putFeedback(says(0, 'Two'), 2)).toBe(true)
      expect(await store.putFeedback(says(0, 'Three'), 2)).toBe(false)
      expect(await store.putFeedback(says(0, 'Two'), 2)).toBe(true)
      expect(await store.feedback(10)).toEqual([says(0, 'One'), says(0, 'Two'), says(1, 'Später ging es')])
      expect(await store.feedback(1)).toEqual([says(0, 'One')])
      expect(await store.deleteFeedback(says(0, 'One'))).toBe(true)
      expect(await store.deleteFeedback(says(0, 'One'))).toBe(false)
      await store.close()
    })

    it('counts without naming', async () => {
      const store = await filled()
      await store.createAccount(account(3, { type: 3, state: 4, cutOff: 7 }), session(3))
      expect(await store.statistics(1_999)).toEqual({
        accounts: 4,
        byType: { 1: 3, 3: 1 },
        byState: { 1: 3, 4: 1 },
        cutOff: 1,
        sessions: 4,
        pairings: 0,
        subscriptions: 0,
        feedback: 0,
      })
      expect((await store.statistics(2_000)).sessions).toBe(0)
      await store.close()
    })

    it('keeps that an account was erased, forgets it in time, and erases again what a backup brought back', async () => {
      const store = await filled()
      await store.setWakeHash(account(2).id, bytes(32, 5))
      await store.putPushSubscription(subscription('https://push.test/1', 2), 5)
      expect(await store.erasures()).toEqual([])
      expect(await store.deleteAccount(account(0).id, account(0).passwordVerifier, 20_000)).toBe(true)
      expect(await store.deleteAccount(account(0).id, account(0).passwordVerifier, 20_001)).toBe(false)
      const [gone, ...none] = await store.erasures()
      expect(none).toEqual([])
      expect(gone).toEqual({ accountHash: new Uint8Array(erasureHash(account(0).id)), day: 20_000 })
      // As after a restore: the account is there again, and another erasure is known from elsewhere.
      await store.createAccount(account(0), session(0, 70))
      const elsewhere = { accountHash: new Uint8Array(erasureHash(account(1).id)), day: 20_005 }
      expect(await store.erase([...(await store.erasures()), elsewhere])).toBe(2)
      expect(await store.accountById(account(0).id)).toBeUndefined()
      expect(await store.accountById(account(1).id)).toBeUndefined()
      expect(await store.accountById(account(2).id)).toEqual(account(2))
      expect(await store.accountBySession(bytes(32, 2), 0)).toBeUndefined()
      expect(await store.deletePushSubscription('https://push.test/1')).toBe(false)
      expect((await store.erasures()).map(({ day }) => day).sort()).toEqual([20_000, 20_005])
      await store.deleteExpired({ sessions: 0, pairings: 0, checkouts: 0, erasures: 20_004 })
      expect(await store.erasures()).toEqual([elsewhere])
      await store.close()
    })
  })
}
