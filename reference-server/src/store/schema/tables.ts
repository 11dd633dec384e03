/** The tables of spec/05 section 8. */
import type { Column, Table } from './table.js'

const ACCOUNT = 'until the account is deleted'
const SESSION = 'until log-out, or 24 hours'
const PENDING = 'until answered, or 3 days'
const DEVICE = 'until notifications are turned off on that device or the account is deleted'
const PROCESSED = 'until it is processed or the account is deleted'
const CHECKOUT = 'until it is paid, or 30 minutes'
const ERASED = '31 days after the deletion: as long as a backup may be restored'
const LAW = 'permanent: the law asks for it'

const text = (name: string, rest: Omit<Column, 'name' | 'type'>): Column => ({ name, type: 'TEXT', ...rest })
const blob = (name: string, rest: Omit<Column, 'name' | 'type'>): Column => ({ name, type: 'BLOB', ...rest })
const whole = (name: string, rest: Omit<Column, 'name' | 'type'>): Column => ({ name, type: 'INTEGER', ...rest })

export const ACCOUNTS: Table = {
  name: 'accounts',
  columns: [
    text('id', {
      holds: 'internal identifier, 24 characters: u_ and 22 random ones',
      why: 'refers to the account without its name',
      protection: 'random, never leaves the server',
      kept: ACCOUNT,
      promise: 'A12',
    }),
    text('reference', {
      holds: 'reference code, 24 characters: r_ and 22 random ones',
      why: 'refers to the account outside the database, in what an administrator writes down',
      protection: 'random, never leaves the server',
      kept: ACCOUNT,
      promise: 'A12',
    }),
    text('username', {
      holds: 'user name, 3 to 32 characters, folded',
      why: 'to log in',
      protection: 'none: public by design',
      kept: ACCOUNT,
      promise: 'A1',
    }),
    text('password_verifier', {
      holds: 'hex(salt 16 ‖ Argon2id tag 48), 128 characters',
      why: 'to check the password',
      protection: 'Argon2id over what the client stretched already',
      kept: ACCOUNT,
      promise: 'A2',
    }),
    blob('wrapped_master_key', {
      holds: 'wrapper of the master key, 80 bytes',
      why: 'to open the vault by the password alone',
      protection: 'AES-256-GCM under a key from the password',
      kept: ACCOUNT,
      promise: 'A3',
    }),
    text('recovery_fingerprint', {
      holds: 'hex(SHA-256 of the recovery authenticator), 64 characters',
      why: 'to check the 24 words at recovery',
      protection: 'SHA-256 of 32 bytes that HKDF made',
      kept: ACCOUNT,
      promise: 'A4',
    }),
    text('display_name', {
      holds: 'display name, 1 to 64 bytes',
      why: 'so that contacts recognise the person',
      protection: 'none: chosen to be seen',
      kept: 'until it changes or the account is deleted',
      promise: 'A5',
    }),
    text('pairing_code', {
      holds: 'pairing code, 10 characters',
      why: 'to be found and asked',
      protection: 'random, 50 bits; look-ups are limited',
      kept: 'until a new one is drawn or the account is deleted',
      promise: 'A6',
    }),
    text('alias', {
      holds: 'connection code, 8 characters, derived from id',
      why: 'to be found and asked; named in the signed bundle',
      protection: 'one-way from id; look-ups are limited',
      kept: ACCOUNT,
      promise: 'A16',
    }),
    whole('balance', {
      holds: 'account balance, cents',
      why: 'to pay for service',
      protection: 'no payment names the account',
      kept: ACCOUNT,
      promise: 'A7',
    }),
    whole('bonus', {
      holds: 'bonus balance, cents',
      why: 'consumed before the balance',
      protection: 'none',
      kept: ACCOUNT,
      promise: 'A7',
    }),
    whole('type', {
      holds: 'account type, 1 byte: 1 standard, 2 founder, 3 platinum, 4 admin',
      why: 'the plan',
      protection: 'none',
      kept: ACCOUNT,
      promise: 'A8',
    }),
    whole('state', {
      holds: 'account state, 1 byte: 1 active, 2 trial, 3 paused, 4 grace',
      why: 'what the account may do',
      protection: 'none',
      kept: ACCOUNT,
      promise: 'A9',
    }),
    whole('cut_off', {
      holds: 'service cut-off mark, unix seconds, 0 in good standing',
      why: 'when service was or will be cut off',
      protection: 'none',
      kept: 'until cleared or the account is deleted',
      promise: 'A10',
    }),
    whole('registered_at', {
      holds: 'registration date and time, unix seconds',
      why: 'tells the person; ends the trial',
      protection: 'none',
      kept: ACCOUNT,
      promise: 'A11',
    }),
    whole('security_version', {
      holds: 'version of the password protection, 1 or 2',
      why: 'an old protection is renewed at login',
      protection: 'none',
      kept: ACCOUNT,
      promise: 'A13',
    }),
    whole('flags', {
      holds: 'status flags, 1 byte: 1 balance changed, 2 maximum security mode',
      why: 'what the app shows and how it opens',
      protection: 'none',
      kept: ACCOUNT,
      promise: 'A14',
    }),
    blob('bundle', {
      optional: true,
      holds: 'public identity bundle, an encoded IdentityBundle',
      why: 'so that contacts can encrypt to it',
      protection: 'public keys, signed by themselves',
      kept: ACCOUNT,
      promise: 'A17',
    }),
    blob('wake_hash', {
      optional: true,
      holds: 'SHA-256 of the wake token, 32 bytes',
      why: 'to notify without knowing who asks for it',
      protection: 'SHA-256 of 32 random bytes, the same for all contacts',
      kept: 'until a contact is blocked, notifications are turned off or the account is deleted',
      promise: 'N1',
    }),
  ],
  primaryKey: ['id'],
  unique: ['username', 'pairing_code', 'alias', 'reference', 'wake_hash'],
  indexes: [],
  withoutRowid: false,
  backedUp: true,
  owners: ['id'],
}

export const SESSIONS: Table = {
  name: 'sessions',
  columns: [
    blob('token_hash', {
      holds: 'SHA-256 of the session token, 32 bytes',
      why: 'to know the session again',
      protection: 'SHA-256 of 32 random bytes',
      kept: SESSION,
      promise: 'S1',
    }),
    text('account', {
      holds: 'the account’s internal identifier',
      why: 'whose session it is',
      protection: 'opaque',
      kept: SESSION,
      promise: 'S1',
    }),
    whole('created_at', {
      holds: 'creation, unix seconds',
      why: 'for the list of own sessions',
      protection: 'none',
      kept: SESSION,
      promise: 'S1',
    }),
    whole('expires_at', {
      holds: 'expiry, unix seconds: creation + 24 hours',
      why: 'to end it',
      protection: 'none',
      kept: SESSION,
      promise: 'S2',
    }),
  ],
  primaryKey: ['token_hash'],
  unique: [],
  indexes: ['account', 'expires_at'],
  withoutRowid: true,
  backedUp: false,
  owners: ['account'],
}

export const PAIRING_REQUESTS: Table = {
  name: 'pairing_requests',
  columns: [
    text('recipient', {
      holds: 'internal identifier of the person asked',
      why: 'to whom it is shown',
      protection: 'opaque',
      kept: PENDING,
      promise: 'R1',
    }),
    text('requester', {
      holds: 'internal identifier of who asks',
      why: 'who is shown',
      protection: 'opaque',
      kept: PENDING,
      promise: 'R1',
    }),
    whole('status', {
      holds: '0 pending; an answered request has no row',
      why: 'what the request is',
      protection: 'none',
      kept: PENDING,
      promise: 'R1',
    }),
    whole('created_at', {
      holds: 'creation, unix seconds',
      why: 'to delete it in time',
      protection: 'none',
      kept: PENDING,
      promise: 'R1',
    }),
  ],
  primaryKey: ['recipient', 'requester'],
  unique: [],
  indexes: ['requester', 'created_at'],
  withoutRowid: true,
  backedUp: false,
  owners: ['recipient', 'requester'],
}

export const PUSH_SUBSCRIPTIONS: Table = {
  name: 'push_subscriptions',
  columns: [
    text('endpoint', {
      holds: 'URL of the browser’s push service, at most 1,024 bytes',
      why: 'where a notification is sent',
      protection: 'a capability of one browser; told to nobody',
      kept: DEVICE,
      promise: 'N1',
    }),
    text('account', {
      holds: 'the account’s internal identifier',
      why: 'whose device it is',
      protection: 'opaque',
      kept: DEVICE,
      promise: 'N1',
    }),
    blob('p256dh', {
      holds: 'the subscription’s public key, 65 bytes',
      why: 'only that browser can read the notification',
      protection: 'RFC 8291',
      kept: DEVICE,
      promise: 'N1',
    }),
    blob('auth', {
      holds: 'the subscription’s authentication secret, 16 bytes',
      why: 'only that browser can read the notification',
      protection: 'RFC 8291',
      kept: DEVICE,
      promise: 'N1',
    }),
  ],
  primaryKey: ['endpoint'],
  unique: [],
  indexes: ['account'],
  withoutRowid: true,
  backedUp: false,
  owners: ['account'],
}

export const FEEDBACK: Table = {
  name: 'feedback',
  columns: [
    text('account', {
      holds: 'internal identifier of who wrote it',
      why: 'to know who needs help',
      protection: 'opaque',
      kept: PROCESSED,
      promise: 'F1',
    }),
    text('message', {
      holds: 'the message, 1 to 4,000 bytes',
      why: 'to help',
      protection: 'none: written to be read',
      kept: PROCESSED,
      promise: 'F1',
    }),
  ],
  primaryKey: ['account', 'message'],
  unique: [],
  indexes: [],
  withoutRowid: true,
  backedUp: false,
  owners: ['account'],
}

export const CHECKOUTS: Table = {
  name: 'checkouts',
  columns: [
    blob('reference_hash', {
      holds: 'SHA-256 of the checkout reference, 32 bytes',
      why: 'to credit the payment that is under way',
      protection: 'SHA-256 of 32 random bytes',
      kept: CHECKOUT,
      promise: 'B1',
    }),
    text('account', {
      holds: 'internal identifier of who pays',
      why: 'whose balance grows',
      protection: 'gone in the transaction that credits',
      kept: CHECKOUT,
      promise: 'B1',
    }),
    whole('created_at', {
      holds: 'creation, unix seconds',
      why: 'to delete it in time',
      protection: 'none',
      kept: CHECKOUT,
      promise: 'B1',
    }),
  ],
  primaryKey: ['reference_hash'],
  unique: [],
  indexes: ['account', 'created_at'],
  withoutRowid: true,
  backedUp: false,
  owners: ['account'],
}

export const PAYMENTS: Table = {
  name: 'payments',
  columns: [
    text('confirmation', {
      holds: 'the gateway’s confirmation, at most 64 characters',
      why: 'accounting; a repeated notice credits nothing',
      protection: 'names no account; rows stand in its order',
      kept: LAW,
      promise: 'B1',
    }),
    whole('amount', {
      holds: 'amount, cents',
      why: 'accounting',
      protection: 'no link to an account',
      kept: LAW,
      promise: 'B1',
    }),
    whole('day', {
      holds: 'UTC day, days since 1970-01-01',
      why: 'accounting by period',
      protection: 'no finer than a day',
      kept: LAW,
      promise: 'B1',
    }),
  ],
  primaryKey: ['confirmation'],
  unique: [],
  indexes: [],
  withoutRowid: true,
  backedUp: true,
  owners: [],
}

export const BILLING: Table = {
  name: 'billing',
  columns: [
    whole('charged_through', {
      holds: 'the last UTC day for which plans were charged, days since 1970-01-01; one row',
      why: 'each day is charged once, whatever stops the server',
      protection: 'the same for all accounts',
      kept: 'until the next day is charged',
      promise: 'A7',
    }),
  ],
  primaryKey: ['charged_through'],
  unique: [],
  indexes: [],
  withoutRowid: true,
  backedUp: true,
  owners: [],
}

export const ERASURES: Table = {
  name: 'erasures',
  columns: [
    blob('account_hash', {
      holds: 'SHA-256 of a deleted account’s internal identifier, 32 bytes',
      why: 'so that a backup from before the deletion does not bring the account back',
      protection: 'SHA-256 of 130 random bits; leads nowhere without a backup that holds the account',
      kept: ERASED,
      promise: 'D1',
    }),
    whole('day', {
      holds: 'UTC day of the deletion, days since 1970-01-01',
      why: 'to forget it with the last backup from before',
      protection: 'no finer than a day',
      kept: ERASED,
      promise: 'D1',
    }),
  ],
  primaryKey: ['account_hash'],
  unique: [],
  indexes: [],
  withoutRowid: true,
  backedUp: false,
  owners: [],
}
