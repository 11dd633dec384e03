/** Settings that each are allowed, and together are not wise. */
import type { Config } from '../config.js'
import { isLoopbackAddress, isPublicAddress } from '../rules/public-address.js'
import { foreignTime } from '../test-clock/clock.js'
import { type Finding, looksAt } from './finding.js'

export function isLoopback(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host.replace(/^\[|\]$/g, ''))
}

export function checkProxies({ trustedProxies, publicOrigin, tls, host }: Config): Finding[] {
  const { fine, warning, problem } = looksAt('proxies')
  const findings: Finding[] = []
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/')
    const bits = prefix === undefined ? 128 : Number(prefix)
    if (bits < 8) {
      const why = 'whoever connects can say that they are somebody else, and limits hold nobody'
      findings.push(
        problem(`${entry} of SOLO2_TRUSTED_PROXIES is nearly everybody`, why, 'name the proxy’s own address'),
      )
    } else if (prefix !== undefined && isPublicAddress(address)) {
      const why = 'everybody there can say that they are somebody else'
      findings.push(
        warning(`${entry} of SOLO2_TRUSTED_PROXIES is a public network`, why, 'name the proxy’s own address'),
      )
    }
  }
  if (publicOrigin !== undefined && trustedProxies.length === 0 && tls === undefined) {
    const why = 'all people count as one client, the proxy: a hundred logins an hour for all of them'
    const remedy = 'set SOLO2_TRUSTED_PROXIES to the proxy’s address, and let it set X-Forwarded-For'
    findings.push(problem('there is a proxy in front (SOLO2_PUBLIC_ORIGIN) that is not trusted', why, remedy))
  }
  if (publicOrigin?.startsWith('http:') && !isLoopback(new URL(publicOrigin).hostname)) {
    const why = 'browsers give a page what Solo2 needs over https only'
    findings.push(problem('SOLO2_PUBLIC_ORIGIN is http', why, 'give the proxy a certificate, and say https'))
  }
  if (publicOrigin === undefined && tls === undefined && !isLoopback(host)) {
    const why = 'browsers give a page what Solo2 needs over https only'
    const remedy = 'set SOLO2_TLS_CERT and SOLO2_TLS_KEY, or SOLO2_PUBLIC_ORIGIN with a proxy in front'
    findings.push(problem('it listens for others without TLS', why, remedy))
  }
  return findings.length > 0 ? findings : [fine('who a client is cannot be made up')]
}

export function checkPush({ pushContact, publicOrigin, host }: Config): Finding[] {
  const { fine, warning } = looksAt('notifications')
  const isOpen = publicOrigin !== undefined || !isLoopback(host)
  if (isOpen && pushContact === 'mailto:postmaster@localhost') {
    const why = 'some push services refuse a server whose operator they cannot reach'
    return [warning('SOLO2_PUSH_CONTACT is not set', why, 'set it to mailto: and an address that you read')]
  }
  return [fine('push services know whom to ask')]
}

/** Where people are, no time is moved (05-160). */
export function checkTestClock({ testClock, data }: Config): Finding[] {
  const { fine, problem } = looksAt('test clock')
  const foreign = foreignTime(data, testClock)
  if (foreign !== undefined) {
    return [problem(`${data} ${foreign}`, 'the server does not start', 'let SOLO2_DATA name another folder')]
  }
  if (!testClock) return [fine('the time is the machine’s')]
  const why = 'whoever is on this machine can end every session and charge every account for days to come'
  return [problem('SOLO2_TEST_CLOCK is on', why, 'take it away: it is for tests only')]
}
