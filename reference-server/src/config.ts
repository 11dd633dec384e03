/** Configuration: environment variables, each checked by zod. What is secret does not print itself. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { fromHex, Solo2Error } from '@solo2/sdk/shared'
import type { z } from 'zod'
import { variables } from './config/variables.js'
import { overwritesFreed } from './memory/freed.js'
import type { MirrorConfig } from './mirror/ice-servers.js'
import { type PaymentConfig, paymentConfig } from './payment/gateway.js'
import type { Plans } from './rules/plans.js'
import type { Limit } from './rules/rate-limit.js'
import { deployedBy } from './test-clock/deployed.js'

/** All settings of one server, read and checked. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Undefined: no STUN server. */
  readonly stunPort: number | undefined
  readonly data: string
  /** Undefined: SQLite in the data folder. */
  readonly database: { readonly url: string } | undefined
  /** Undefined: this server makes its own, in the data folder. */
  readonly clusterSecret: { readonly bytes: Uint8Array } | undefined
  /** Undefined: this server is the only one. */
  readonly bus: { readonly url: string; readonly ca: string | undefined } | undefined
  /** What the process frees is overwritten (06-71). */
  readonly overwritesFreed: boolean
  readonly web: string
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly publicOrigin: string | undefined
  readonly trustedProxies: readonly string[]
  readonly mirror: MirrorConfig | undefined
  readonly pushHosts: readonly string[]
  readonly pushContact: string
  /** Undefined: erasures are kept in the database only. */
  readonly erasures: string | undefined
  readonly log: string
  /** Undefined: no metrics. */
  readonly metricsPort: number | undefined
  readonly sockets: number
  readonly passwordWorkers: number
  readonly securityVersion: number
  readonly plans: Plans
  /** Undefined: nobody can pay here. */
  readonly payment: PaymentConfig | undefined
  readonly limits: Readonly<Record<LimitName, Limit>>
  /** Tests may move this server's time. */
  readonly testClock: boolean
}

/** Servers of a cluster tell each other of a limit by its place here: a new one stands at the end. */
export const LIMIT_NAMES = [
  'prelogin',
  'register',
  'login',
  'recover',
  'sockets',
  'webhook',
  'calls',
  'lookUp',
  'pairing',
  'displayName',
  'pairingCode',
  'tickets',
  'turn',
  'password',
  'wake',
  'wakeDay',
  'feedback',
  'checkout',
] as const

/** The limits of spec/05 section 7. */
export type LimitName = (typeof LIMIT_NAMES)[number]

function configError(name: string, problem: string): Solo2Error {
  return new Solo2Error('invalid_argument', `${name} ${problem}`, { field: name })
}

/** The published package brings it; in the repository it lies beside this package, for the sources and their bundle alike. */
function builtWebClient(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const brought = join(here, 'web-client')
  return existsSync(brought) ? brought : join(here, '../../reference-client/dist/web')
}

/** `secret`, which shows itself as `shown` wherever it is printed. */
function unprinted<T extends object>(secret: T, shown: object): T {
  return Object.defineProperties(secret, { toJSON: { value: () => shown }, [inspect.custom]: { value: () => shown } })
}

/** Its URL holds a password. */
function databaseOf(url: string | undefined): Config['database'] {
  return url === undefined ? undefined : unprinted({ url }, { url: '(secret)' })
}

function clusterSecretOf(hex: string | undefined): Config['clusterSecret'] {
  return hex === undefined ? undefined : unprinted({ bytes: fromHex(hex.toLowerCase()) }, { bytes: '(secret)' })
}

/** The bus, whose URL may hold a password. */
function busOf(env: z.infer<typeof variables>): Config['bus'] {
  const { SOLO2_BUS: url, SOLO2_BUS_CA: path } = env
  if (url === undefined) {
    if (path !== undefined) throw configError('SOLO2_BUS_CA', 'belongs to SOLO2_BUS')
    return undefined
  }
  for (const name of ['SOLO2_DATABASE', 'SOLO2_CLUSTER_SECRET'] as const) {
    if (env[name] === undefined) throw configError(name, 'is missing: SOLO2_BUS is for several servers')
  }
  if (path !== undefined && !existsSync(path)) throw configError('SOLO2_BUS_CA', 'names no file')
  const ca = path === undefined ? undefined : readFileSync(path, 'utf8')
  return unprinted({ url, ca }, { url: '(secret)', ca })
}

/** The mirror, whose secret is left out wherever the object is printed. */
function mirrorOf(urls: readonly string[], secret: string | undefined, seconds: number): MirrorConfig | undefined {
  if (urls.length === 0 && secret === undefined) return undefined
  if (urls.length === 0 || secret === undefined) {
    throw configError('SOLO2_TURN_SECRET', 'and SOLO2_TURN_URLS belong together')
  }
  if (!urls.every((url) => /^turns?:[^\s]+$/.test(url))) throw configError('SOLO2_TURN_URLS', 'holds no turn: URLs')
  return unprinted({ urls, seconds, secret } satisfies MirrorConfig, { urls, seconds, secret: '(secret)' })
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
  const result = variables.safeParse(Object.fromEntries(ours))
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
  const testClock = env.SOLO2_TEST_CLOCK === 'on'
  const deployed = testClock ? deployedBy(env) : undefined
  if (deployed !== undefined) throw configError(deployed.name, deployed.problem)
  const stunPort = env.SOLO2_STUN_PORT ?? env.SOLO2_PORT
  return {
    host: env.SOLO2_HOST,
    port: env.SOLO2_PORT,
    stunPort: stunPort === 'off' ? undefined : stunPort,
    data: resolve(env.SOLO2_DATA),
    database: databaseOf(env.SOLO2_DATABASE),
    clusterSecret: clusterSecretOf(env.SOLO2_CLUSTER_SECRET),
    bus: busOf(env),
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
    erasures: env.SOLO2_ERASURES === undefined ? undefined : resolve(env.SOLO2_ERASURES),
    log: env.SOLO2_LOG,
    metricsPort: env.SOLO2_METRICS_PORT,
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
    testClock,
  }
}
