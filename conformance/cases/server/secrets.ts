/** Changes of password and words, and the way back by the words (spec/05 sections 4, 6.13, 6.18, 6.19). */
import { join, same } from '../../literal/bytes.js'
import { sha256 } from '../../literal/primitives.js'
import { ensureKept } from '../../src/case.js'
import { call, refused } from './calls.js'
import { freshName, logIn, type Person, person, publish, register, rewrapped, wrapperWith } from './people.js'
import { random, type ServerCase, type ServerSubject } from './subject.js'

async function ensureOver(subject: ServerSubject, token: Uint8Array, what: string): Promise<void> {
  await refused(subject, 'getAccount', {}, token, 'unauthenticated').catch((error: Error) => {
    throw Object.assign(error, { message: `${what}: ${error.message}` })
  })
}

async function ensureKeyIsOver(subject: ServerSubject, { username }: Person, authKey: Uint8Array): Promise<void> {
  await refused(subject, 'login', { username, authKey, versions: [1] }, undefined, 'unauthenticated')
}

const password: ServerCase = {
  id: 'server/secrets/password',
  title: 'a change of password needs the old one, ends all other sessions, and leaves the old one good for nothing',
  promises: ['A2', 'A3'],
  rules: ['05-41', '05-42', '05-43'],
  explain:
    'The password is changed with a wrong key, with another salt and rightly. Then the old key must open nothing, the other session be over, and Login give the new wrapper.',
  async run(subject) {
    const dan = await person(subject, 'dan')
    const other = await logIn(subject, dan)
    ensureKept(dan.wrapper.length === 80 && same(other.wrapper, dan.wrapper), 'the wrapper comes back as other bytes')
    const change = { authKey: dan.authKey, newAuthKey: random(32), wrappedMasterKey: rewrapped(dan.wrapper) }
    await refused(
      subject,
      'changePassword',
      { ...change, authKey: random(32) },
      dan.token,
      'permission_denied',
      'auth_key',
    )
    const salted = { ...change, wrappedMasterKey: wrapperWith(random(16)) }
    await refused(subject, 'changePassword', salted, dan.token, 'invalid_argument', 'wrapped_master_key')
    for (const length of [79, 81]) {
      const cut = join(dan.wrapper, random(1)).subarray(0, length)
      const odd = { ...change, wrappedMasterKey: cut }
      await refused(subject, 'changePassword', odd, dan.token, 'invalid_argument', 'wrapped_master_key')
    }
    await call(subject, 'changePassword', change, dan.token)
    const old = dan.authKey
    dan.authKey = change.newAuthKey
    dan.wrapper = change.wrappedMasterKey
    await ensureOver(subject, other.token, 'another session after the change of password')
    await ensureKeyIsOver(subject, dan, old)
    await refused(subject, 'changePassword', { ...change, authKey: old }, dan.token, 'permission_denied', 'auth_key')
    const after = await logIn(subject, dan)
    ensureKept(same(after.wrapper, dan.wrapper), 'Login gives another wrapper than the new one')
    await call(subject, 'getAccount', {}, dan.token)
  },
}

const recovery: ServerCase = {
  id: 'server/secrets/recovery',
  title: 'the words open the account without the password, end every session, and new words end the old ones',
  promises: ['A4'],
  rules: ['05-42', '05-44', '05-43'],
  explain:
    'An account is recovered by its authenticator, then gets new words. Sessions of before must be over, the old password and the old words must open nothing, and a stored fingerprint is no key.',
  async run(subject) {
    const dan = await person(subject, 'dan')
    const { username, authenticator } = dan
    const asked = {
      username,
      authenticator,
      authKey: random(32),
      wrappedMasterKey: rewrapped(dan.wrapper),
      versions: [1],
    }
    const fingerprint = sha256(authenticator)
    await refused(subject, 'recover', { ...asked, authenticator: fingerprint }, undefined, 'unauthenticated')
    await refused(
      subject,
      'recover',
      { ...asked, wrappedMasterKey: wrapperWith(random(16)) },
      undefined,
      'invalid_argument',
      'wrapped_master_key',
    )
    const { session } = await call(subject, 'recover', asked)
    ensureKept(session !== undefined, 'Recover gave no session')
    const before = { token: dan.token, authKey: dan.authKey }
    Object.assign(dan, { token: session.token, authKey: asked.authKey, wrapper: asked.wrappedMasterKey })
    await ensureOver(subject, before.token, 'a session of before the recovery')
    await ensureKeyIsOver(subject, dan, before.authKey)
    const words = { authenticator: random(32), wrapper: rewrapped(dan.wrapper) }
    const renewed = { wrappedMasterKey: words.wrapper, recoveryFingerprint: sha256(words.authenticator) }
    await refused(
      subject,
      'newWords',
      { ...renewed, authKey: before.authKey },
      dan.token,
      'permission_denied',
      'auth_key',
    )
    await call(subject, 'newWords', { ...renewed, authKey: dan.authKey }, dan.token)
    Object.assign(dan, words)
    await refused(
      subject,
      'recover',
      { ...asked, wrappedMasterKey: rewrapped(dan.wrapper) },
      undefined,
      'unauthenticated',
    )
    ensureKept(
      same((await logIn(subject, dan)).wrapper, dan.wrapper),
      'Login gives another wrapper than that of the new words',
    )
  },
}

const deletion: ServerCase = {
  id: 'server/secrets/deletion',
  title: 'a deleted account is gone: sessions, name, codes and requests, and the name is free',
  promises: ['D1'],
  rules: ['05-46', '05-32'],
  explain:
    'Somebody who asked another person and was asked deletes the account, first with a wrong password. Then the tokens, the codes and both requests must be gone, and somebody else must get the name and nothing of the former owner.',
  async run(subject) {
    const [eve, bob] = [await register(subject, freshName('eve')), await person(subject, 'bob')]
    await publish(subject, eve)
    const other = await logIn(subject, eve)
    await call(subject, 'requestPairing', { code: bob.account.pairingCode }, eve.token)
    const { code: hers } = { code: eve.account.pairingCode }
    await refused(subject, 'deleteAccount', { authKey: random(32) }, eve.token, 'permission_denied', 'auth_key')
    await refused(subject, 'deleteAccount', { authKey: new Uint8Array(0) }, eve.token, 'invalid_argument', 'auth_key')
    const waiting = async () => (await call(subject, 'listPairings', {}, bob.token)).incoming
    const hasHers = async () => (await waiting()).some(({ person: from }) => from?.alias === eve.account.alias)
    ensureKept(await hasHers(), 'a request before the deletion is not there')
    await call(subject, 'deleteAccount', { authKey: eve.authKey }, eve.token)
    eve.deleted = true
    for (const token of [eve.token, other.token]) await ensureOver(subject, token, 'a session of a deleted account')
    for (const code of [hers, eve.account.alias]) {
      await refused(subject, 'lookUp', { code }, bob.token, 'wrong_code', 'code')
    }
    ensureKept(!(await hasHers()), 'a request of a deleted account is still shown')
    await ensureKeyIsOver(subject, eve, eve.authKey)
    const heir = await register(subject, eve.username)
    ensureKept(heir.account.alias !== eve.account.alias, 'the new owner of the name has the alias of the former one')
    ensureKept(
      heir.account.pairingCode !== hers && heir.account.bundle === undefined,
      'something of the former owner is left',
    )
    const { incoming } = await call(subject, 'listPairings', {}, heir.token)
    ensureKept(incoming.length === 0, 'requests to the former owner are shown to the new one')
    ensureKept(!same(join(heir.token), eve.token), 'a token was given twice')
  },
}

export const secretCases: readonly ServerCase[] = [password, recovery, deletion]
