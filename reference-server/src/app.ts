/** The whole server as one function: builds the parts, gives each only what it may know, and takes them down again. */
import { randomFillSync } from 'node:crypto'
import { Solo2Error } from '@solo2/sdk/shared'
import { clusterKeys } from './cluster-secret.js'
import { type Config, LIMIT_NAMES, type LimitName, readConfig } from './config.js'
import { openDataFolder } from './data-folder.js'
import { createErasureFile } from './erasure-file.js'
import { createAccountDoor } from './handlers/account/door.js'
import type { Services } from './handlers/account/services.js'
import { createIntroductionDoor } from './handlers/introduction/door.js'
import { createLimiter, type Limiter } from './limiter.js'
import { createFingerprint } from './log/fingerprint.js'
import { createLog, type Log, originOf } from './log/log.js'
import { createOutput } from './log/output.js'
import { createDayKey } from './memory/day-key.js'
import { createMetrics } from './metrics/metrics.js'
import { createProcessMeter } from './metrics/process.js'
import { createIceServers } from './mirror/ice-servers.js'
import { createPasswords } from './password/verifier.js'
import { createGateway } from './payment/gateway.js'
import { createWebhook } from './payment/webhook.js'
import { createPushQueue } from './push/queue.js'
import { createPushSender } from './push/sender.js'
import { createWaker } from './push/waker.js'
import { createReadiness } from './readiness.js'
import { alone, joinCluster } from './rendezvous/bus/cluster.js'
import { createRendezvous } from './rendezvous/rendezvous.js'
import { erasuresExpired } from './rules/erasure.js'
import { dayOf } from './rules/plans.js'
import { pushEndpoint } from './rules/push-endpoint.js'
import { SWEEP_MS } from './rules/retention.js'
import { conditionOf, may } from './rules/standing.js'
import { createClientAddress } from './socket/client-address.js'
import { type MetricsServer, startMetrics } from './socket/metrics.js'
import { type Rim, startRim } from './socket/server.js'
import { openStore } from './store/open.js'
import { type StunServer, startStun } from './stun/responder.js'
import { createSweeper } from './sweeper.js'
import { foreignTime, openTestClock } from './test-clock/clock.js'
import { createTestClockDoor } from './test-clock/door.js'
import { readCertificate } from './tls/certificate.js'
import { createRenewal } from './tls/renewal.js'
import { readWebFiles } from './web/files.js'

export type { MirrorConfig } from './mirror/ice-servers.js'
export type { PaymentConfig } from './payment/gateway.js'
export type { Plans } from './rules/plans.js'
export type { Limit } from './rules/rate-limit.js'
export { type Config, type LimitName, readConfig }

/** The clock and the randomness, so that tests can bring their own. */
export interface World {
  /** Unix milliseconds. */
  now(): number
  /** Fresh bytes, which the caller may overwrite. */
  random(length: number): Uint8Array
}

/** A server that runs. Disposing of it closes sockets, port and database. */
export interface Server {
  /** What to open in a browser. */
  readonly url: string
  readonly port: number
  /** UDP; undefined if there is no STUN server. */
  readonly stunPort: number | undefined
  /** TCP port of the metrics at 127.0.0.1; undefined without them. */
  readonly metricsPort: number | undefined
  /** Runs retention now: it also runs each minute by itself. */
  sweep(): Promise<void>
  /** Looks whether the certificate's files changed, as each minute by itself. Nothing to do without TLS. */
  reload(): Promise<void>
  /** Ends within 5 seconds; what was answered is on disk. May be called twice. */
  close(): Promise<void>
}

/** Random bytes in memory of their own, off the engine's heap: what the caller overwrites is the only copy. */
const SYSTEM: World = {
  now: () => Date.now(),
  random: (length) => randomFillSync(new Uint8Array(new ArrayBuffer(length))),
}
/** Held signals and tickets live a minute, so they are looked at more often than rows. */
const RENDEZVOUS_SWEEP_MS = 1_000

function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms).unref()
  return () => clearTimeout(timer)
}

/** Starts everything and resolves when it answers. Rejects with `unavailable` if a port is taken; nothing runs then. */
export async function startServer(config: Config, world: World = SYSTEM): Promise<Server> {
  const foreign = foreignTime(config.data, config.testClock)
  if (foreign !== undefined) throw new Solo2Error('invalid_argument', `SOLO2_DATA ${foreign}`, { field: 'SOLO2_DATA' })
  const testClock = config.testClock ? openTestClock(config.data, () => world.now()) : undefined
  const now = testClock?.now ?? (() => world.now())
  const random = (length: number) => world.random(length)
  const logs = createOutput(config.log, now)
  const metrics = createMetrics()
  const writeLine = createLog((line) => logs.write(line), now)
  const log: Log = (event, fields) => {
    metrics.logged(event, fields?.code === undefined ? undefined : String(fields.code))
    writeLine(event, fields)
  }
  const [fingerprintKey, mirrorKey] = [createDayKey(random, now), createDayKey(random, now)]
  const certificate = config.tls && readCertificate(config.tls)
  const keys = config.clusterSecret && clusterKeys(config.clusterSecret.bytes)
  const folder = openDataFolder(config.data, random, keys)
  const store = await openStore(config, folder.database)
  const undo: (() => Promise<void>)[] = [() => store.close()]
  const readiness = createReadiness(() => performance.now())
  readiness.add(() => store.chargedThrough())

  const erasureFile = config.erasures === undefined ? undefined : createErasureFile(config.erasures)
  /** A deletion holds by the database; a file that cannot be written is told, and tried again each minute. */
  const writeErasures = async () => {
    try {
      const forgotten = erasuresExpired(dayOf(Math.floor(now() / 1000)))
      if (erasureFile !== undefined) erasureFile.write(await store.erasures(), forgotten)
    } catch (error) {
      log('failed', originOf(error))
    }
  }
  const { bus, tickets, admission, limits } =
    config.bus === undefined || keys === undefined
      ? alone(random, now)
      : await joinCluster({
          ...config.bus,
          keys,
          dayKey: fingerprintKey,
          random,
          now,
          changed: (isUp) => log(isUp ? 'bus_back' : 'bus_lost'),
        }).catch(async (error: unknown) => {
          await store.close()
          throw error
        })
  if (bus !== undefined) undo.unshift(() => bus.close())
  const limiters = LIMIT_NAMES.map((name, number) => createLimiter(config.limits[name], now, limits?.share(number)))
  limits?.listen(limiters)
  const limiter = (name: LimitName) => limiters[LIMIT_NAMES.indexOf(name)] as Limiter
  const rendezvous = createRendezvous(random, now, bus)
  const pushes = createPushQueue({
    sender: createPushSender({ vapid: folder.vapid, contact: config.pushContact, hosts: config.pushHosts, now }),
    log,
    forget: (row) => store.deletePushSubscription(row.endpoint, row.account),
    after,
  })
  undo.unshift(async () => pushes.close())
  const wake = createWaker({
    async targets(hash) {
      const found = await store.subscriptionsToWake(hash)
      const unix = Math.floor(now() / 1000)
      return found && may('service', conditionOf(found.account, config.plans, unix)) ? found.subscriptions : []
    },
    notify: pushes.add,
    limits: [limiter('wake'), limiter('wakeDay')],
    failed: (error) => log('failed', originOf(error)),
  })
  const failed = (error: unknown) => log('failed', originOf(error))
  const introduction = createIntroductionDoor({ admission, rendezvous, now, wake, failed }, config.sockets)

  const retention = createSweeper({
    store,
    logs,
    plans: config.plans,
    limiters,
    dayKeys: [fingerprintKey.today, mirrorKey.today],
    now,
  })
  /** What is over goes at once, from memory as well. */
  const retain = async () => {
    rendezvous.sweep()
    tickets.sweep()
    await retention()
    await writeErasures()
  }
  /** What people open; known once the port is. */
  const origin = () => {
    const isLocal = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(config.host)
    const host = isLocal ? 'localhost' : config.host.includes(':') ? `[${config.host}]` : config.host
    return `${config.tls === undefined ? 'http' : 'https'}://${host}:${rim.port}`
  }

  let rim: Rim
  let stun: StunServer | undefined
  let metricsServer: MetricsServer | undefined
  try {
    if (config.metricsPort !== undefined) {
      const started = await startMetrics(config.metricsPort, metrics.text)
      metricsServer = started
      undo.unshift(() => started.close())
    }
    if (config.stunPort !== undefined) {
      const started = await startStun(config.host, config.stunPort)
      stun = started
      undo.unshift(() => started.close())
    }
    const services: Services = {
      store,
      passwords: createPasswords(config.passwordWorkers, config.securityVersion, random),
      limits: {
        prelogin: limiter('prelogin'),
        register: limiter('register'),
        login: limiter('login'),
        recover: limiter('recover'),
        calls: limiter('calls'),
        lookUp: limiter('lookUp'),
        pairing: limiter('pairing'),
        displayName: limiter('displayName'),
        pairingCode: limiter('pairingCode'),
        tickets: limiter('tickets'),
        turn: limiter('turn'),
        password: limiter('password'),
        feedback: limiter('feedback'),
        checkout: limiter('checkout'),
      },
      random,
      now,
      secret: folder.secret,
      erased: writeErasures,
      plans: config.plans,
      gateway: config.payment && createGateway(config.payment, () => config.publicOrigin ?? origin()),
      issueTickets: (count) => tickets.issue(count),
      pushKey: folder.vapid.publicKey,
      mayPush: (endpoint) => pushEndpoint(endpoint, config.pushHosts) !== undefined,
      hasMirror: config.mirror !== undefined,
      iceServers: createIceServers(stun?.port, config.mirror, mirrorKey.today, random, now),
    }
    rim = await startRim({
      host: config.host,
      port: config.port,
      tls: config.tls,
      publicOrigin: config.publicOrigin,
      account: createAccountDoor(services, log),
      webhook:
        config.payment && createWebhook({ store, secret: config.payment.secret, limit: limiter('webhook'), log, now }),
      testClock: testClock && createTestClockDoor({ clock: testClock, retain, log }),
      introduction,
      sockets: limiter('sockets'),
      files: readWebFiles(config.web),
      fingerprint: createFingerprint(fingerprintKey.today),
      clientAddress: createClientAddress(config.trustedProxies),
      log,
      isReady: readiness.isReady,
      answered: metrics.answered,
      random,
    })
  } catch (error) {
    for (const step of undo) await step()
    throw error
  }
  undo.unshift(() => rim.close())
  const renewal =
    config.tls &&
    certificate &&
    createRenewal({ files: config.tls, served: certificate, log, now, take: async () => rim.renew() })
  const meter = createProcessMeter(now)
  undo.unshift(async () => meter.close())
  const sweep = async () => {
    await renewal?.look()
    const ready = await readiness.isReady()
    const { startedAt } = meter
    const certificateEnds = renewal?.ends()
    metrics.renew({ startedAt, ...meter.measure(), ready, sockets: introduction.size, certificateEnds })
    await retention()
    await writeErasures()
  }

  const rows = setInterval(
    () => void sweep().catch((error: unknown) => log('failed', originOf(error))),
    SWEEP_MS,
  ).unref()
  const signals = setInterval(() => {
    rendezvous.sweep()
    tickets.sweep()
    bus?.beat()
    void rim.scrub()
  }, RENDEZVOUS_SWEEP_MS).unref()
  await sweep()

  log('started', { port: rim.port, stun: stun?.port, metrics: metricsServer?.port })
  if (!config.overwritesFreed) log('freed_memory_stays')
  if (testClock !== undefined) log('test_clock_on')
  let closed: Promise<void> | undefined
  const close = async () => {
    clearInterval(rows)
    clearInterval(signals)
    for (const step of undo) await step()
    log('stopped')
  }
  return {
    url: origin(),
    port: rim.port,
    stunPort: stun?.port,
    metricsPort: metricsServer?.port,
    sweep,
    reload: async () => renewal?.look(),
    close() {
      closed ??= close()
      return closed
    },
  }
}
