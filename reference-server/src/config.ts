/** Configuration: environment variables, each checked by zod. What is secret does not print itself. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { Solo2Error } from '@solo2/sdk/shared'
import { z } from 'zod'
import { overwritesFreed } from './memory/freed.js'
import type { MirrorConfig } from './mirror/ice-servers.js'
import { type PaymentConfig, paymentConfig } from './payment/gateway.js'
import type { Plans } from './rules/plans.js'
import { LISTED_HOST } from './rules/push-endpoint.js'
import type { Limit } from './rules/rate-limit.js'

const port = z
  .string()
  .regex(/^[0-9]{1,5}$/, 'is not a port')
  .transform(Number)
  .pipe(z.number().max(65_535, 'is not a port'))

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `is below ${min}`).max(max, `is above ${max}`))

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

/** "30/3600": at most 30 in any 3,600 seconds. */
const limit = z
  .string()
  .regex(/^[1-9][0-9]{0,6}\/[1-9][0-9]{0,5}$/, 'is not COUNT/SECONDS')
  .transform((text): Limit => {
    const [max, seconds] = text.split('/').map(Number)
    return { max: max ?? 0, windowMs: (seconds ?? 0) * 1000 }
  })
  // Times of calls are kept as long as the window, and the published table says a day at most.
  .refine(({ windowMs }) => windowMs <= 86_400_000, 'is over a window longer than 86400 seconds')

/** Who is counted, and how often in how many seconds. The table of spec/05 section 7 holds the same. */
export const LIMIT_DEFAULTS = {
  /** Public doors, a fingerprint of the client's address each. */
  SOLO2_LIMIT_PRELOGIN: '300/3600',
  SOLO2_LIMIT_REGISTER: '30/3600',
  SOLO2_LIMIT_LOGIN: '100/3600',
  SOLO2_LIMIT_RECOVER: '20/3600',
  SOLO2_LIMIT_SOCKETS: '300/60',
  SOLO2_LIMIT_WEBHOOK: '600/60',
  /** An account each. */
  SOLO2_LIMIT_CALLS: '300/60',
  SOLO2_LIMIT_LOOK_UP: '20/3600',
  SOLO2_LIMIT_PAIRING: '20/3600',
  SOLO2_LIMIT_DISPLAY_NAME: '20/3600',
  SOLO2_LIMIT_PAIRING_CODE: '10/86400',
  SOLO2_LIMIT_TICKETS: '60/3600',
  SOLO2_LIMIT_TURN: '6/3600',
  SOLO2_LIMIT_PASSWORD: '20/3600',
  /** A wake token each: both hold. */
  SOLO2_LIMIT_WAKE: '1/60',
  SOLO2_LIMIT_WAKE_DAY: '20/86400',
  SOLO2_LIMIT_FEEDBACK: '10/86400',
  SOLO2_LIMIT_CHECKOUT: '10/3600',
} as const

const limits = z.object({
  SOLO2_LIMIT_PRELOGIN: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_PRELOGIN),
  SOLO2_LIMIT_REGISTER: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_REGISTER),
  SOLO2_LIMIT_LOGIN: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_LOGIN),
  SOLO2_LIMIT_RECOVER: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_RECOVER),
  SOLO2_LIMIT_SOCKETS: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_SOCKETS),
  SOLO2_LIMIT_WEBHOOK: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_WEBHOOK),
  SOLO2_LIMIT_CALLS: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_CALLS),
  SOLO2_LIMIT_LOOK_UP: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_LOOK_UP),
  SOLO2_LIMIT_PAIRING: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_PAIRING),
  SOLO2_LIMIT_DISPLAY_NAME: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_DISPLAY_NAME),
  SOLO2_LIMIT_PAIRING_CODE: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_PAIRING_CODE),
  SOLO2_LIMIT_TICKETS: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_TICKETS),
  SOLO2_LIMIT_TURN: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_TURN),
  SOLO2_LIMIT_PASSWORD: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_PASSWORD),
  SOLO2_LIMIT_WAKE: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_WAKE),
  SOLO2_LIMIT_WAKE_DAY: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_WAKE_DAY),
  SOLO2_LIMIT_FEEDBACK: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_FEEDBACK),
  SOLO2_LIMIT_CHECKOUT: limit.prefault(LIMIT_DEFAULTS.SOLO2_LIMIT_CHECKOUT),
})

/** Every variable that the server knows. A name that begins with SOLO2_ and is not here is refused: it is a typing error. */
const variables = limits.extend({
  /** Address to listen on. Another than loopback wants TLS, here or in front: browsers need it for anything but localhost. */
  SOLO2_HOST: z.string().min(1).default('127.0.0.1'),
  /** TCP port; 0 takes a free one and prints it. */
  SOLO2_PORT: port.prefault('8470'),
  /** UDP port of the STUN server: SOLO2_PORT's number by default, 0 for a free one, "off" for none. */
  SOLO2_STUN_PORT: z.union([z.literal('off'), port]).optional(),
  /** The one folder with everything that is kept. */
  SOLO2_DATA: z.string().min(1).default('./.solo2'),
  /** postgres:// URL of a database that several servers share, a secret; without it SQLite in the data folder. */
  SOLO2_DATABASE: z
    .string()
    .regex(/^postgres(ql)?:\/\/[^\s]+$/, 'is not a postgres:// URL')
    .optional(),
  /** Folder of the built web client. */
  SOLO2_WEB: z.string().min(1).optional(),
  /** Certificate chain and key, PEM files; both or neither. */
  SOLO2_TLS_CERT: z.string().min(1).optional(),
  SOLO2_TLS_KEY: z.string().min(1).optional(),
  /** The origin that people open, if a proxy in front answers for it. */
  SOLO2_PUBLIC_ORIGIN: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+$/, 'is not an origin')
    .optional(),
  /** Addresses or networks of proxies in front, whose X-Forwarded-For is believed. */
  SOLO2_TRUSTED_PROXIES: list.prefault(''),
  /** TURN URLs, comma-separated, the secret that coturn has as static-auth-secret, and a credential's life. */
  SOLO2_TURN_URLS: list.prefault(''),
  SOLO2_TURN_SECRET: z.string().min(16, 'is shorter than 16 characters').optional(),
  SOLO2_TURN_SECONDS: whole(30, 86_400).prefault('86400'),
  /** Push services beside those of the browsers, host or host:port; their addresses may be private ones. */
  SOLO2_PUSH_HOSTS: list
    .pipe(z.array(z.string().regex(LISTED_HOST, 'holds what is no host or host:port')))
    .prefault(''),
  /** By what push services reach the operator: mailto: or https:. */
  SOLO2_PUSH_CONTACT: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s]+)$/, 'is no mailto: or https: URL')
    .default('mailto:postmaster@localhost'),
  /** "stderr", "off", or a folder that gets a file a day, kept for 7 days. */
  SOLO2_LOG: z.string().min(1).default('stderr'),
  /** Introduction sockets at once. */
  SOLO2_SOCKETS: whole(1, 1_000_000).prefault('20000'),
  /** Password checks at once, each with 19 MiB (46 in security version 2) and a thread of its own. */
  SOLO2_PASSWORD_WORKERS: whole(1, 64).prefault('2'),
  /** The security version of new password verifiers (spec/05 section 4). */
  SOLO2_SECURITY_VERSION: whole(1, 2).prefault('1'),
  /** What plans cost, cents a day; 0 is free. With a price a new account begins with a trial. */
  SOLO2_PRICE_STANDARD: whole(0, 10_000).prefault('0'),
  SOLO2_PRICE_PLATINUM: whole(0, 10_000).prefault('0'),
  SOLO2_TRIAL_DAYS: whole(0, 3_650).prefault('30'),
  /** Days of service after the balance has reached zero. */
  SOLO2_GRACE_DAYS: whole(1, 3_650).prefault('14'),
  /** The payment gateway's page, and the secret that signs its webhook; both or neither. */
  SOLO2_PAYMENT_URL: z
    .string()
    .regex(/^https?:\/\/[^\s?#]+$/, 'is not an address without a query')
    .optional(),
  SOLO2_PAYMENT_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
})

export interface Config {
  readonly host: string
  readonly port: number
  /** Undefined: no STUN server. */
  readonly stunPort: number | undefined
  readonly data: string
  /** Undefined: SQLite in the data folder. */
  readonly database: { readonly url: string } | undefined
  /** What the process frees is overwritten (06-71). */
  readonly overwritesFreed: boolean
  readonly web: string
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly publicOrigin: string | undefined
  readonly trustedProxies: readonly string[]
  readonly mirror: MirrorConfig | undefined
  readonly pushHosts: readonly string[]
  readonly pushContact: string
  readonly log: string
  readonly sockets: number
  readonly passwordWorkers: number
  readonly securityVersion: number
  readonly plans: Plans
  /** Undefined: nobody can pay here. */
  readonly payment: PaymentConfig | undefined
  readonly limits: Readonly<Record<LimitName, Limit>>
}

export type LimitName =
  | 'prelogin'
  | 'register'
  | 'login'
  | 'recover'
  | 'sockets'
  | 'webhook'
  | 'calls'
  | 'lookUp'
  | 'pairing'
  | 'displayName'
  | 'pairingCode'
  | 'tickets'
  | 'turn'
  | 'password'
  | 'wake'
  | 'wakeDay'
  | 'feedback'
  | 'checkout'

function configError(name: string, problem: string): Solo2Error {
  return new Solo2Error('invalid_argument', `${name} ${problem}`, { field: name })
}

/** Beside this package, from source and from the bundle alike. */
function builtWebClient(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '../../reference-client/dist/web')
}

/** Its URL holds a password, and is left out wherever the object is printed. */
function databaseOf(url: string | undefined): Config['database'] {
  if (url === undefined) return undefined
  const shown = { url: '(secret)' }
  return Object.defineProperties({ url }, { toJSON: { value: () => shown }, [inspect.custom]: { value: () => shown } })
}

/** The mirror, whose secret is left out wherever the object is printed. */
function mirrorOf(urls: readonly string[], secret: string | undefined, seconds: number): MirrorConfig | undefined {
  if (urls.length === 0 && secret === undefined) return undefined
  if (urls.length === 0 || secret === undefined) {
    throw configError('SOLO2_TURN_SECRET', 'and SOLO2_TURN_URLS belong together')
  }
  if (!urls.every((url) => /^turns?:[^\s]+$/.test(url))) throw configError('SOLO2_TURN_URLS', 'holds no turn: URLs')
  const shown = { urls, seconds, secret: '(secret)' }
  return Object.defineProperties({ urls, seconds, secret } satisfies MirrorConfig, {
    toJSON: { value: () => shown },
    [inspect.custom]: { value: () => shown },
  })
}

function paymentOf(url: string | undefined, secret: string | undefined): PaymentConfig | undefined {
  if ((url === undefined) !== (secret === undefined)) {
    throw configError('SOLO2_PAYMENT_SECRET', 'and SOLO2_PAYMENT_URL belong together')
  }
  return url === undefined || secret === undefined ? undefined : paymentConfig(url, secret)
}

/** Throws `invalid_argument` with the variable's name as field; the message never holds the value. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const ours = Object.entries(environment).filter(([name, value]) => name.startsWith('SOLO2_') && value !== undefined)
  const result = variables.strict().safeParse(Object.fromEntries(ours))
  if (!result.success) {
    const issue = result.error.issues[0]
    if (issue?.code === 'unrecognized_keys') throw configError(String(issue.keys[0]), 'is no variable of this server')
    throw configError(String(issue?.path[0] ?? 'SOLO2_'), issue?.message ?? 'is not as it should be')
  }
  const env = result.data
  if ((env.SOLO2_TLS_CERT === undefined) !== (env.SOLO2_TLS_KEY === undefined)) {
    throw configError('SOLO2_TLS_CERT', 'and SOLO2_TLS_KEY belong together')
  }
  for (const name of ['SOLO2_TLS_CERT', 'SOLO2_TLS_KEY'] as const) {
    const path = env[name]
    if (path !== undefined && !existsSync(path)) throw configError(name, 'names no file')
  }
  const stunPort = env.SOLO2_STUN_PORT ?? env.SOLO2_PORT
  return {
    host: env.SOLO2_HOST,
    port: env.SOLO2_PORT,
    stunPort: stunPort === 'off' ? undefined : stunPort,
    data: resolve(env.SOLO2_DATA),
    database: databaseOf(env.SOLO2_DATABASE),
    overwritesFreed: overwritesFreed(environment['GLIBC_TUNABLES']),
    web: env.SOLO2_WEB === undefined ? builtWebClient() : resolve(env.SOLO2_WEB),
    tls:
      env.SOLO2_TLS_CERT !== undefined && env.SOLO2_TLS_KEY !== undefined
        ? { cert: env.SOLO2_TLS_CERT, key: env.SOLO2_TLS_KEY }
        : undefined,
    publicOrigin: env.SOLO2_PUBLIC_ORIGIN,
    trustedProxies: env.SOLO2_TRUSTED_PROXIES,
    mirror: mirrorOf(env.SOLO2_TURN_URLS, env.SOLO2_TURN_SECRET, env.SOLO2_TURN_SECONDS),
    pushHosts: env.SOLO2_PUSH_HOSTS,
    pushContact: env.SOLO2_PUSH_CONTACT,
    payment: paymentOf(env.SOLO2_PAYMENT_URL, env.SOLO2_PAYMENT_SECRET),
    log: env.SOLO2_LOG,
    sockets: env.SOLO2_SOCKETS,
    passwordWorkers: env.SOLO2_PASSWORD_WORKERS,
    securityVersion: env.SOLO2_SECURITY_VERSION,
    plans: {
      standard: env.SOLO2_PRICE_STANDARD,
      platinum: env.SOLO2_PRICE_PLATINUM,
      trialDays: env.SOLO2_TRIAL_DAYS,
      graceDays: env.SOLO2_GRACE_DAYS,
    },
    limits: {
      prelogin: env.SOLO2_LIMIT_PRELOGIN,
      register: env.SOLO2_LIMIT_REGISTER,
      login: env.SOLO2_LIMIT_LOGIN,
      recover: env.SOLO2_LIMIT_RECOVER,
      sockets: env.SOLO2_LIMIT_SOCKETS,
      webhook: env.SOLO2_LIMIT_WEBHOOK,
      calls: env.SOLO2_LIMIT_CALLS,
      lookUp: env.SOLO2_LIMIT_LOOK_UP,
      pairing: env.SOLO2_LIMIT_PAIRING,
      displayName: env.SOLO2_LIMIT_DISPLAY_NAME,
      pairingCode: env.SOLO2_LIMIT_PAIRING_CODE,
      tickets: env.SOLO2_LIMIT_TICKETS,
      turn: env.SOLO2_LIMIT_TURN,
      password: env.SOLO2_LIMIT_PASSWORD,
      wake: env.SOLO2_LIMIT_WAKE,
      wakeDay: env.SOLO2_LIMIT_WAKE_DAY,
      feedback: env.SOLO2_LIMIT_FEEDBACK,
      checkout: env.SOLO2_LIMIT_CHECKOUT,
    },
  }
}
