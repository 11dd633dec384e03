/** Which push endpoints the server calls (spec/05 section 16). Pure. */

/** The push services of the browsers. A name that begins with a dot stands for every name below it. */
const PUSH_HOSTS = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '.push.apple.com',
  '.notify.windows.com',
] as const

/** Bytes of a URL. */
const ENDPOINT_MAX = 1_024
const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/

export interface PushEndpoint {
  readonly url: URL
  /** The operator named this host: its address may be a private one. */
  readonly listed: boolean
}

/** `host` or `host:port`, as `SOLO2_PUSH_HOSTS` has them; without a port it is 443. */
export const LISTED_HOST = /^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?$/

function isListed(url: URL, listed: readonly string[]): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const name = `${url.hostname}:${port}`
  return listed.some((host) => (/:[0-9]{1,5}$/.test(host) ? host : `${host}:443`) === name)
}

function isKnown(url: URL): boolean {
  if (url.protocol !== 'https:' || url.port !== '') return false
  return PUSH_HOSTS.some((host) => (host.startsWith('.') ? url.hostname.endsWith(host) : url.hostname === host))
}

/** Undefined for what is no URL of a host that the server may call. `listed`: hosts that the operator named. */
export function pushEndpoint(endpoint: string, listed: readonly string[]): PushEndpoint | undefined {
  if (endpoint.length > ENDPOINT_MAX || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/.test(endpoint)) return undefined
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    return undefined
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined
  if (isListed(url, listed)) {
    return url.protocol === 'https:' || LOOPBACK.test(url.hostname) ? { url, listed: true } : undefined
  }
  return isKnown(url) ? { url, listed: false } : undefined
}
