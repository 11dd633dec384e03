/**
 * Every environment variable that the server knows, in groups, with what it takes, its default and what it does. The
 * reference page (CONFIGURATION.md) is made from these groups and nothing else.
 */
import { z } from 'zod'
import { LISTED_HOST } from '../rules/push-endpoint.js'
import { limit, list, listOf, matching, path, port, secret, text, whole } from './forms.js'

/** Who is counted, and how often in how many seconds. The table of spec/05 section 7 holds the same. */
export const LIMIT_DEFAULTS = {
  SOLO2_LIMIT_PRELOGIN: '300/3600',
  SOLO2_LIMIT_REGISTER: '30/3600',
  SOLO2_LIMIT_LOGIN: '100/3600',
  SOLO2_LIMIT_RECOVER: '20/3600',
  SOLO2_LIMIT_SOCKETS: '300/60',
  SOLO2_LIMIT_WEBHOOK: '600/60',
  SOLO2_LIMIT_CALLS: '300/60',
  SOLO2_LIMIT_LOOK_UP: '20/3600',
  SOLO2_LIMIT_PAIRING: '20/3600',
  SOLO2_LIMIT_DISPLAY_NAME: '20/3600',
  SOLO2_LIMIT_PAIRING_CODE: '10/86400',
  SOLO2_LIMIT_TICKETS: '60/3600',
  SOLO2_LIMIT_TURN: '6/3600',
  SOLO2_LIMIT_PASSWORD: '20/3600',
  SOLO2_LIMIT_WAKE: '1/60',
  SOLO2_LIMIT_WAKE_DAY: '20/86400',
  SOLO2_LIMIT_FEEDBACK: '10/86400',
  SOLO2_LIMIT_CHECKOUT: '10/3600',
} as const

const limited = (name: keyof typeof LIMIT_DEFAULTS, description: string) =>
  limit.prefault(LIMIT_DEFAULTS[name]).meta({ description })

const listening = {
  SOLO2_HOST: text.default('127.0.0.1').meta({
    description:
      'Address to listen on. Another than loopback wants TLS, here or in front: browsers give a page what Solo2 needs on localhost and over TLS only.',
  }),
  SOLO2_PORT: port
    .prefault('8470')
    .meta({ description: 'TCP port of everything but STUN. 0 takes a free one and prints it.' }),
  SOLO2_STUN_PORT: z
    .union([z.literal('off'), port])
    .optional()
    .meta({
      takes: 'a port, 0 to 65535, or `off`',
      unset: 'the number of `SOLO2_PORT`',
      description: 'UDP port of the STUN server, which tells clients their own address. 0 takes a free one.',
    }),
  SOLO2_TLS_CERT: path.optional().meta({
    description:
      'PEM file of the certificate, then of those that vouch for it. Taken anew, without dropping anybody, within a minute after the file changed and at once on SIGHUP.',
  }),
  SOLO2_TLS_KEY: path.optional().meta({ description: 'PEM file of its private key. Both or neither.' }),
  SOLO2_PUBLIC_ORIGIN: matching(
    /^https?:\/\/[A-Za-z0-9.:[\]-]+$/,
    'is not an origin',
    'an origin, as https://solo2.example',
  )
    .optional()
    .meta({ description: 'What people open, if a proxy in front answers for it.' }),
  SOLO2_TRUSTED_PROXIES: list.prefault('').meta({
    description:
      'Addresses or networks of proxies in front, whose `X-Forwarded-For` is believed: `127.0.0.1, 10.0.0.0/8`. Without any, no header says who a client is.',
  }),
  SOLO2_SOCKETS: whole(1, 1_000_000).prefault('20000').meta({ description: 'Introduction sockets at once.' }),
}

const kept = {
  SOLO2_DATA: path.default('./.solo2').meta({ description: 'The one folder with everything that is kept.' }),
  SOLO2_DATABASE: matching(/^postgres(ql)?:\/\/[^\s]+$/, 'is not a postgres:// URL', 'a postgres:// URL, a secret')
    .optional()
    .meta({ unset: 'SQLite in `SOLO2_DATA`', description: 'A database that several servers share.' }),
  SOLO2_ERASURES: path.optional().meta({
    unset: 'in the database only',
    description:
      'File on another disk, beside the backups, in which is kept for 31 days, as hashes, which accounts were deleted, so that a backup brings none of them back where the disk is lost (spec/05 section 19).',
  }),
  SOLO2_LOG: text.default('stderr').meta({
    takes: '`stderr`, `off` or a folder',
    description: 'Where log lines go. A folder gets a file a day, kept for 7 days.',
  }),
  SOLO2_METRICS_PORT: port.optional().meta({
    unset: 'no metrics',
    description:
      'TCP port at 127.0.0.1 of the metrics, for Prometheus: coarse counts that name nobody (spec/05 section 18). 0 takes a free one.',
  }),
  SOLO2_WEB: path
    .optional()
    .meta({ unset: 'the one that came with the server', description: 'Folder of the built web client.' }),
}

const cluster = {
  SOLO2_BUS: matching(
    /^(nats|tls):\/\/[^\s/@]*(@[^\s/@]+)?\/?$/,
    'is not a nats:// or tls:// URL',
    'a nats:// or tls:// URL, a secret',
  )
    .refine((url) => URL.canParse(url), 'is not a nats:// or tls:// URL')
    .optional()
    .meta({
      unset: 'this server is the only one',
      description:
        'A NATS server that carries introductions between several servers, with user and password or a token if it wants them. With `SOLO2_DATABASE` and `SOLO2_CLUSTER_SECRET`, the same at each server.',
    }),
  SOLO2_BUS_CA: path.optional().meta({
    unset: 'those of the system',
    description: 'PEM file of the authority that signed NATS’s certificate, for `tls://`.',
  }),
  SOLO2_CLUSTER_SECRET: matching(/^[0-9a-fA-F]{64}$/, 'is not 64 hex digits', '64 hex digits, a secret')
    .optional()
    .meta({
      unset: 'what is in `SOLO2_DATA`',
      description:
        'For servers that share a database: what they must have alike is derived from it. `openssl rand -hex 32` makes one. Another one makes push subscriptions useless.',
    }),
}

const mirror = {
  SOLO2_TURN_URLS: list
    .prefault('')
    .meta({ description: 'TURN URLs of the mirror: `turn:turn.solo2.example:3478, turns:turn.solo2.example:5349`.' }),
  SOLO2_TURN_SECRET: secret(16)
    .optional()
    .meta({ description: 'What coturn has as `static-auth-secret`. With `SOLO2_TURN_URLS` or not at all.' }),
  SOLO2_TURN_SECONDS: whole(30, 86_400)
    .prefault('86400')
    .meta({ description: 'Life of a mirror credential, seconds.' }),
}

const notifications = {
  SOLO2_PUSH_CONTACT: matching(
    /^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s]+)$/,
    'is no mailto: or https: URL',
    'a mailto: or https: URL',
  )
    .default('mailto:postmaster@localhost')
    .meta({ description: 'By what push services reach you. Some refuse one that leads nowhere.' }),
  SOLO2_PUSH_HOSTS: listOf(z.string().regex(LISTED_HOST, 'holds what is no host or host:port')).prefault('').meta({
    description: 'Push services beside those of the browsers, host or host:port; their addresses may be private ones.',
  }),
}

const passwords = {
  SOLO2_PASSWORD_WORKERS: whole(1, 64).prefault('2').meta({
    description: 'Password checks at once, each with 19 MiB (46 in security version 2) and a thread of its own.',
  }),
  SOLO2_SECURITY_VERSION: whole(1, 2)
    .prefault('1')
    .meta({ description: 'The security version of new password verifiers (spec/05 section 4).' }),
}

const money = {
  SOLO2_PRICE_STANDARD: whole(0, 10_000).prefault('0').meta({
    description:
      'What the standard plan costs, cents a day; 0 is free. With a price a new account begins with a trial.',
  }),
  SOLO2_PRICE_PLATINUM: whole(0, 10_000).prefault('0').meta({ description: 'The same for platinum.' }),
  SOLO2_TRIAL_DAYS: whole(0, 3_650).prefault('30').meta({ description: 'Days of trial.' }),
  SOLO2_GRACE_DAYS: whole(1, 3_650)
    .prefault('14')
    .meta({ description: 'Days of service after the balance has reached zero.' }),
  SOLO2_PAYMENT_URL: matching(
    /^https?:\/\/[^\s?#]+$/,
    'is not an address without a query',
    'an address without a query',
  )
    .optional()
    .meta({ unset: 'nobody can pay', description: 'The payment gateway’s page.' }),
  SOLO2_PAYMENT_SECRET: secret(32).optional().meta({ description: 'Signs the gateway’s webhook. Both or neither.' }),
}

const limits = {
  SOLO2_LIMIT_PRELOGIN: limited('SOLO2_LIMIT_PRELOGIN', 'Prelogin, each client.'),
  SOLO2_LIMIT_REGISTER: limited('SOLO2_LIMIT_REGISTER', 'Register, each client.'),
  SOLO2_LIMIT_LOGIN: limited('SOLO2_LIMIT_LOGIN', 'Login, each client.'),
  SOLO2_LIMIT_RECOVER: limited('SOLO2_LIMIT_RECOVER', 'Recover, each client.'),
  SOLO2_LIMIT_SOCKETS: limited('SOLO2_LIMIT_SOCKETS', 'Introduction sockets opened, each client.'),
  SOLO2_LIMIT_WEBHOOK: limited('SOLO2_LIMIT_WEBHOOK', 'Words of the payment gateway, each client.'),
  SOLO2_LIMIT_CALLS: limited('SOLO2_LIMIT_CALLS', 'Session calls of all kinds, each account.'),
  SOLO2_LIMIT_LOOK_UP: limited('SOLO2_LIMIT_LOOK_UP', 'LookUp, each account.'),
  SOLO2_LIMIT_PAIRING: limited('SOLO2_LIMIT_PAIRING', 'RequestPairing, each account.'),
  SOLO2_LIMIT_DISPLAY_NAME: limited('SOLO2_LIMIT_DISPLAY_NAME', 'SetDisplayName, each account.'),
  SOLO2_LIMIT_PAIRING_CODE: limited('SOLO2_LIMIT_PAIRING_CODE', 'NewPairingCode, each account.'),
  SOLO2_LIMIT_TICKETS: limited('SOLO2_LIMIT_TICKETS', 'Tickets, each account.'),
  SOLO2_LIMIT_TURN: limited(
    'SOLO2_LIMIT_TURN',
    'Mirror credentials, each account; beyond it the answer has STUN only.',
  ),
  SOLO2_LIMIT_PASSWORD: limited('SOLO2_LIMIT_PASSWORD', 'The password asked for by what needs it, each account.'),
  SOLO2_LIMIT_WAKE: limited(
    'SOLO2_LIMIT_WAKE',
    'Wakes, each wake token; beyond it nothing happens, and nothing tells.',
  ),
  SOLO2_LIMIT_WAKE_DAY: limited('SOLO2_LIMIT_WAKE_DAY', 'The same in a day; both hold.'),
  SOLO2_LIMIT_FEEDBACK: limited('SOLO2_LIMIT_FEEDBACK', 'SendFeedback, each account.'),
  SOLO2_LIMIT_CHECKOUT: limited('SOLO2_LIMIT_CHECKOUT', 'StartCheckout, each account.'),
}

const tests = {
  SOLO2_TEST_CLOCK: matching(/^(on|off)$/, 'is neither on nor off', '`on` or `off`')
    .default('off')
    .meta({
      description:
        'Lets a test on this machine move the server’s time, which ends sessions and all else that is kept for a time (spec/05 section 20). Refused unless `SOLO2_HOST` is a loopback address and nothing else says that the server is for people; wants a data folder of its own.',
    }),
}

/** A name that begins with SOLO2_ and is not here is refused: it is a typing error. */
export const variables = z.strictObject({
  ...listening,
  ...kept,
  ...cluster,
  ...mirror,
  ...notifications,
  ...passwords,
  ...money,
  ...limits,
  ...tests,
})

/** The same, in the order of the reference page. */
export const GROUPS: readonly { readonly title: string; readonly shape: Readonly<Record<string, z.ZodType>> }[] = [
  { title: 'Listening', shape: listening },
  { title: 'What is kept and what is told', shape: kept },
  { title: 'Several servers', shape: cluster },
  { title: 'The mirror', shape: mirror },
  { title: 'Notifications', shape: notifications },
  { title: 'Passwords', shape: passwords },
  { title: 'Money', shape: money },
  { title: 'Limits', shape: limits },
  { title: 'Tests', shape: tests },
]
