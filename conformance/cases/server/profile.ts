/** What one may change of one's account, and what else it keeps: names, modes, keys, feedback, notifications (spec/05). */
import { createECDH } from 'node:crypto'
import { join } from '../../literal/bytes.js'
import { ensureKept } from '../../src/case.js'
import { call, refused, send } from './calls.js'
import { bundleFor, person } from './people.js'
import { refusalOf } from './refusals.js'
import { random, type ServerCase } from './subject.js'

const names: ServerCase = {
  id: 'server/profile/display-name',
  title: 'the display name has one form, and what cannot be seen is refused',
  promises: ['A5'],
  rules: ['05-50', '03-8'],
  explain:
    'Blanks must be folded and letters composed; names that are empty, invisible, too long or that turn the direction of writing must be refused.',
  async run(subject) {
    const dan = await person(subject, 'dan')
    const { account } = await call(subject, 'setDisplayName', { displayName: ' Da\u0301n   R ' }, dan.token)
    ensureKept(account?.displayName === 'D\u00e1n R', `the name became "${account?.displayName}"`)
    for (const displayName of ['', '   ', 'a'.repeat(65), 'a\u202eb', 'a\u200bb', 'a\u0000b', '\u00ad']) {
      await refused(subject, 'setDisplayName', { displayName }, dan.token, 'invalid_argument', 'display_name')
    }
    const { account: now } = await call(subject, 'getAccount', {}, dan.token)
    ensureKept(now?.displayName === 'D\u00e1n R', 'a name that was refused was kept')
  },
}

const flags: ServerCase = {
  id: 'server/profile/flags',
  title: 'maximum security mode and the seen balance are flags of the account',
  promises: ['A14'],
  rules: ['05-60', '05-53'],
  explain: 'The mode is turned on and off, the balance is looked at; GetAccount must follow.',
  async run(subject) {
    const { token } = await person(subject, 'dan')
    for (const on of [true, false]) {
      await call(subject, 'setMaximumSecurity', { on }, token)
      ensureKept(
        (await call(subject, 'getAccount', {}, token)).account?.maximumSecurity === on,
        `the mode is not ${on}`,
      )
    }
    await call(subject, 'seeBalance', {}, token)
    const { account } = await call(subject, 'getAccount', {}, token)
    ensureKept(account?.balanceChanged === false, 'a balance that was seen is still marked')
  },
}

const feedback: ServerCase = {
  id: 'server/profile/feedback',
  title: 'feedback has 1 to 4,000 bytes of text',
  promises: ['F1'],
  rules: ['05-50'],
  explain:
    'A message is sent; one that is empty, blank or longer is refused. That it is kept until it is processed does not show from outside.',
  async run(subject) {
    const { token } = await person(subject, 'dan')
    await call(
      subject,
      'sendFeedback',
      { message: 'A message of the conformance suite: nothing is to be done.' },
      token,
    )
    for (const message of ['', ' \n', '\u00e9'.repeat(2_001)]) {
      await refused(subject, 'sendFeedback', { message }, token, 'invalid_argument', 'message')
    }
  },
}

const bundles: ServerCase = {
  id: 'server/profile/keys',
  title: 'only a bundle that holds, for the own alias, is published, and another one needs the password',
  promises: ['A17'],
  rules: ['04-1', '04-4', '00-6', '05-97'],
  explain:
    'Bundles with one deviation each are published: each must be refused with the code that spec/04 names, in its order. Then the published one must still be found.',
  async run(subject) {
    const [ann, bob] = [await person(subject, 'ann'), await person(subject, 'bob')]
    const { alias } = bob.account
    const good = bundleFor(alias)
    const flipped = good.signature.map((byte, at) => (at === 0 ? byte ^ 1 : byte))
    for (const [bundle, code] of [
      [bundleFor(alias, { version: 2 }), 'unsupported_version'],
      [{ ...good, signature: good.signature.subarray(1) }, 'wrong_size'],
      [bundleFor(alias, { after: Uint8Array.of(0x28, 1) }), 'wrong_size'],
      [{ ...good, signature: flipped }, 'bad_signature'],
      [bundleFor(alias, { x25519: new Uint8Array(32) }), 'invalid_key'],
      [bundleFor(alias, { x25519: new Uint8Array(32).fill(255) }), 'invalid_key'],
      [bundleFor(ann.account.alias), 'foreign_contact'],
    ] as const) {
      const request = { bundle: { body: bundle.body, signature: bundle.signature }, authKey: bob.authKey }
      await refused(subject, 'publishBundle', request, bob.token, code, 'bundle')
    }
    await refused(subject, 'publishBundle', { bundle: good }, bob.token, 'permission_denied', 'auth_key')
    await refused(
      subject,
      'publishBundle',
      { bundle: good, authKey: random(32) },
      bob.token,
      'permission_denied',
      'auth_key',
    )
    await call(subject, 'publishBundle', { bundle: bob.bundle as NonNullable<typeof bob.bundle> }, bob.token)
    const { person: found } = await call(subject, 'lookUp', { code: alias }, ann.token)
    const kept =
      found?.bundle !== undefined && Buffer.from(found.bundle.body).equals(join(bob.bundle?.body ?? good.body))
    ensureKept(kept, 'keys that were refused are found')
  },
}

/** Where a push must never go; a server that calls one of them can be made to call into its own network. */
const FORBIDDEN = [
  'http://127.0.0.1:9/push',
  'https://127.0.0.1:9/push',
  'https://localhost:9/push',
  'https://[::1]:9/push',
  'https://[::ffff:127.0.0.1]:9/push',
  'https://10.0.0.1/push',
  'https://192.168.1.1/push',
  'https://172.16.0.1/push',
  'https://100.64.0.1/push',
  'https://169.254.169.254/latest/meta-data',
  'https://[fd00::1]/push',
  'https://0x7f000001:9/push',
  'https://2130706433:9/push',
  'https://example.com/push',
  'http://fcm.googleapis.com/fcm/send/x',
  'https://fcm.googleapis.com:8443/fcm/send/x',
  'https://fcm.googleapis.com.example.com/x',
  'https://fcm.googleapis.com@example.com/x',
  'https://user:word@fcm.googleapis.com/x',
  'https://xnotify.windows.com/x',
  'file:///etc/passwd',
  'words',
]

const notifications: ServerCase = {
  id: 'server/profile/notifications',
  title: 'a subscription is kept for push services that are known, and for no host of the own network',
  promises: ['N1'],
  rules: ['05-73', '05-74'],
  explain:
    'Endpoints at loopback, private, link-local and other hosts, at known hosts over another port or without TLS, and addresses in odd spellings must all be refused with field endpoint; a known service must be taken and can be disabled. No push is made.',
  async run(subject, seen) {
    const { token } = await person(subject, 'dan')
    const { key } = await call(subject, 'getPushKey', {}, token)
    ensureKept(key.length === 65 && key[0] === 4, `the VAPID key has ${key.length} bytes`)
    const ecdh = createECDH('prime256v1')
    const good = { p256dh: new Uint8Array(ecdh.generateKeys()), auth: random(16) }
    for (const endpoint of FORBIDDEN) {
      const answer = await send(subject, 'enableNotifications', { ...good, endpoint }, token)
      ensureKept(answer.status !== 200, `the endpoint ${endpoint} is taken`)
      const refusal = refusalOf(answer)
      ensureKept(
        refusal.code === 'invalid_argument' && refusal.field === 'endpoint',
        `${endpoint}: ${refusal.code} ${refusal.field}`,
      )
    }
    const endpoint = `https://updates.push.services.mozilla.com/wpush/v2/${Buffer.from(random(24)).toString('base64url')}`
    const off = new Uint8Array(65).fill(4)
    await refused(subject, 'enableNotifications', { ...good, endpoint, p256dh: off }, token, 'invalid_key', 'p256dh')
    await refused(
      subject,
      'enableNotifications',
      { ...good, endpoint, auth: random(15) },
      token,
      'invalid_argument',
      'auth',
    )
    await call(subject, 'enableNotifications', { ...good, endpoint }, token)
    await call(subject, 'enableNotifications', { ...good, endpoint }, token)
    await call(subject, 'disableNotifications', { endpoint }, token)
    await call(subject, 'disableNotifications', { endpoint }, token)
    seen.note(`${FORBIDDEN.length} endpoints were refused, one was taken`)
  },
}

export const profileCases: readonly ServerCase[] = [names, flags, feedback, bundles, notifications]
