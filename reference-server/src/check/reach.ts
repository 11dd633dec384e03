/** What clients need to reach, asked as a client would: the port, the certificate, the origin, STUN, the mirror. */
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../config.js'
import { type Certificate, readCertificate } from '../tls/certificate.js'
import { type Finding, looksAt } from './finding.js'
import { getPage, openDatagrams, type Page, portIsFree } from './probe.js'
import { binds, tryMirror } from './turn.js'

const DAY_MS = 86_400_000
const SOON_MS = 14 * DAY_MS
/** More than this between two clocks, and tickets, credentials and certificates are judged wrongly. */
const CLOCK_MS = 10_000

const reasonOf = (error: unknown) => {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return String(code ?? message)
}

/** Where this machine reaches what listens on `host`. */
function ownAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host)

/** Whether this server runs on its port already, and what to say of it. */
export async function checkPort(config: Config): Promise<{ runs: boolean; findings: Finding[] }> {
  const { fine, problem } = looksAt('port')
  const { host, port, tls } = config
  if (port === 0) return { runs: false, findings: [fine('any free one is taken at the start')] }
  const url = `${tls === undefined ? 'http' : 'https'}://${inUrl(ownAddress(host))}:${port}`
  const health = await getPage(`${url}/health`, true).catch(() => undefined)
  if (health?.status === 200 && health.body === 'ok\n') {
    const ready = await getPage(`${url}/ready`, true).catch(() => undefined)
    if (ready?.status === 200) return { runs: true, findings: [fine(`a server runs on ${port}, and is ready`)] }
    const why = 'calls are refused as long as it lasts'
    const found = problem(
      `a server runs on ${port} and is not ready`,
      why,
      'look at the database below, and at the log',
    )
    return { runs: true, findings: [found] }
  }
  if (await portIsFree(host, port)) return { runs: false, findings: [fine(`${port} is free; no server runs`)] }
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])
  const isOwn = ['0.0.0.0', '::', 'localhost', ...own].includes(host)
  const what = isOwn ? `${port} is taken by another program` : `${host} is no address of this machine`
  const remedy = isOwn ? 'end that one, or choose another SOLO2_PORT' : 'set SOLO2_HOST to one of it, or to 0.0.0.0'
  return { runs: false, findings: [problem(what, 'the server cannot start', remedy)] }
}

function ofCertificate({ x509, begins, ends }: Certificate, names: readonly string[], now: number): Finding[] {
  const { warning, problem } = looksAt('certificate')
  const findings: Finding[] = []
  const why = 'no browser connects'
  const renew = 'renew it; a running server takes the new files by itself'
  const day = new Date(ends).toISOString().slice(0, 10)
  if (ends <= now) findings.push(problem(`it ended on ${day}`, why, renew))
  else if (ends - now < SOON_MS) findings.push(warning(`it ends on ${day}`, 'then no browser connects', renew))
  if (begins > now) findings.push(problem('it is not valid yet', why, 'look at the clock of this machine'))
  for (const name of names) {
    const holds = isIP(name) === 0 ? x509.checkHost(name) : x509.checkIP(name)
    if (holds === undefined) findings.push(problem(`it is not for ${name}`, why, 'get one for that name'))
  }
  return findings
}

export function checkCertificate(config: Config, now: number): Finding[] {
  const { fine, problem } = looksAt('certificate')
  if (config.tls === undefined) return [fine('none here: a proxy in front has it, or nobody but this machine connects')]
  try {
    const names = config.publicOrigin === undefined ? [] : [new URL(config.publicOrigin).hostname]
    const certificate = readCertificate(config.tls)
    const findings = ofCertificate(certificate, names, now)
    const day = new Date(certificate.ends).toISOString().slice(0, 10)
    return findings.length > 0 ? findings : [fine(`it belongs to its key and holds until ${day}`)]
  } catch (error) {
    const remedy = 'look at the files of SOLO2_TLS_CERT and SOLO2_TLS_KEY'
    return [problem(error instanceof Error ? error.message : 'it cannot be read', 'the server cannot start', remedy)]
  }
}

/** Headers that a proxy may have lost or replaced (spec/05 section 12). */
function ofHeaders({ headers }: Page, origin: string): Finding[] {
  const { problem } = looksAt('public origin')
  const findings: Finding[] = []
  const lost = (header: string, why: string) =>
    findings.push(problem(`it lost the header ${header}`, why, 'let the proxy pass on what the server says'))
  const policy = String(headers['content-security-policy'] ?? '')
  if (!policy.includes("default-src 'none'"))
    lost('Content-Security-Policy', 'a page could speak to others than this server')
  else if (!policy.includes(origin.replace(/^http/, 'ws'))) {
    const remedy = `set SOLO2_PUBLIC_ORIGIN to ${origin}, or let the proxy pass on Host`
    findings.push(problem('its policy names another origin', 'browsers refuse the introduction socket', remedy))
  }
  if (headers['x-content-type-options'] !== 'nosniff')
    lost('X-Content-Type-Options', 'browsers may take a file for a script')
  if (origin.startsWith('https:') && headers['strict-transport-security'] === undefined) {
    const why = 'the first visit of a name that was typed goes out unprotected'
    const remedy = 'let the proxy add Strict-Transport-Security: max-age=31536000'
    findings.push(problem('it asks no browser to stay with https', why, remedy))
  }
  return findings
}

export async function checkOrigin(config: Config, runs: boolean, now: () => number): Promise<Finding[]> {
  const { fine, warning, problem } = looksAt('public origin')
  const origin = config.publicOrigin
  if (origin === undefined) return [fine('SOLO2_PUBLIC_ORIGIN is not set: people open the server itself')]
  if (!runs) return [warning('it was not tried', 'no server runs', 'start it, and check again')]
  try {
    const asked = now()
    const page = await getPage(`${origin}/health`)
    const answered = now()
    if (page.status !== 200 || page.body !== 'ok\n') {
      const what = `${origin}/health answers ${page.status}, and not as this server does`
      return [problem(what, 'people reach something else', 'look at the name, and where the proxy passes things on to')]
    }
    const findings = ofHeaders(page, origin)
    const told = Date.parse(page.headers.date ?? '')
    // The header has whole seconds.
    if (told - answered > CLOCK_MS || asked - told > CLOCK_MS + 1_000) {
      const what = `the clock in front of it and this one differ by ${Math.round(Math.abs(told - asked) / 1000)} s`
      findings.push(problem(what, 'certificates and credentials are judged wrongly', 'let both follow NTP'))
    }
    return findings.length > 0 ? findings : [fine(`${origin} leads here, with the headers that browsers need`)]
  } catch (error) {
    const what = `${origin} cannot be reached: ${reasonOf(error)}`
    const remedy = 'look at the name’s DNS entry, the firewall, the proxy and its certificate'
    return [problem(what, 'nobody can open the client', remedy)]
  }
}

export async function checkStun(config: Config, runs: boolean): Promise<Finding[]> {
  const { fine, warning, problem } = looksAt('stun')
  if (config.stunPort === undefined) {
    const why = 'clients learn their own address from the mirror, if there is one, and from nobody otherwise'
    return [warning('it is off', why, 'unset SOLO2_STUN_PORT, unless something else answers STUN')]
  }
  if (!runs || config.stunPort === 0) return [fine('it was not tried: no server runs, or its port is not known')]
  const host = config.publicOrigin === undefined ? ownAddress(config.host) : new URL(config.publicOrigin).hostname
  const to = openDatagrams(host.replace(/^\[|\]$/g, ''), config.stunPort)
  try {
    if (await binds(to)) return [fine(`it answers at ${host}, UDP ${config.stunPort}`)]
    const what = `nothing answers at ${host}, UDP ${config.stunPort}`
    const why = 'clients do not learn their own address, and many cannot meet'
    return [problem(what, why, 'open the UDP port in the firewall; a proxy in front does not pass it on')]
  } finally {
    to.close()
  }
}

const REFUSALS: Readonly<Record<number, string>> = {
  401: 'it refuses the credential: another secret, or its clock differs by more than a minute',
  403: 'it forbids the allocation',
  486: 'its quota is used up',
  508: 'it has no room or no relay port left',
}

async function ofMirror(url: string, secret: string, now: number): Promise<Finding> {
  const { fine, problem } = looksAt('mirror')
  const [, scheme, host = '', port, transport] =
    /^(turns?):([^:?[\]]+|\[[^\]]+\])(?::(\d+))?(?:\?transport=(\w+))?$/.exec(url) ?? []
  if (scheme === undefined)
    return problem(`${url} is no TURN URL`, 'browsers refuse it', 'turn:HOST:PORT or turns:HOST:PORT')
  if (scheme === 'turns' || transport === 'tcp') return fine(`${url} was not tried: only UDP is`)
  const to = openDatagrams(host.replace(/^\[|\]$/g, ''), Number(port ?? 3_478))
  try {
    const outcome = await tryMirror(to, secret, now)
    const why = 'people between whom nothing direct works cannot meet'
    switch (outcome) {
      case 'allocated':
        return fine(`${url} allocates for a credential of this server`)
      case 'silent':
        return problem(
          `${url} does not answer`,
          why,
          'start coturn; open its UDP port and its relay ports in the firewall',
        )
      case 'open':
        return problem(
          `${url} asks nobody for a credential`,
          'anybody can send through it',
          'use-auth-secret in its configuration',
        )
      default: {
        const what = REFUSALS[outcome] ?? `it refuses with ${outcome}`
        return problem(`${url}: ${what}`, why, 'compare static-auth-secret with SOLO2_TURN_SECRET, and the clocks')
      }
    }
  } finally {
    to.close()
  }
}

export async function checkMirror({ mirror, publicOrigin }: Config, now: number): Promise<Finding[]> {
  if (mirror !== undefined) return Promise.all(mirror.urls.map((url) => ofMirror(url, mirror.secret, now)))
  const { fine, warning } = looksAt('mirror')
  if (publicOrigin === undefined) return [fine('there is none')]
  const why = 'people between whom nothing direct works cannot meet: about one pair in ten'
  return [
    warning(
      'there is none',
      why,
      'run coturn with deploy/turnserver.conf, and set SOLO2_TURN_URLS and SOLO2_TURN_SECRET',
    ),
  ]
}
