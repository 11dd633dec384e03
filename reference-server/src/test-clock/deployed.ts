/** What tells that a server is there for people: a test clock is refused with any of it (05-161). Pure. */
import { isLoopbackAddress } from '../rules/public-address.js'

/** The settings that are looked at, as config/variables.ts reads them. */
export interface Settings {
  readonly SOLO2_HOST: string
  readonly SOLO2_TLS_CERT?: string | undefined
  readonly SOLO2_PUBLIC_ORIGIN?: string | undefined
  readonly SOLO2_TRUSTED_PROXIES: readonly string[]
  readonly SOLO2_DATABASE?: string | undefined
  readonly SOLO2_BUS?: string | undefined
  readonly SOLO2_CLUSTER_SECRET?: string | undefined
  readonly SOLO2_ERASURES?: string | undefined
  readonly SOLO2_LOG: string
  readonly SOLO2_TURN_URLS: readonly string[]
  readonly SOLO2_PAYMENT_URL?: string | undefined
}

/** Undefined if nobody but this machine is concerned; else the setting that says otherwise, and why. */
export function deployedBy(
  settings: Settings,
): { readonly name: keyof Settings; readonly problem: string } | undefined {
  const found = (name: keyof Settings, what: string) => ({
    name,
    problem: `${what}: SOLO2_TEST_CLOCK is for tests only`,
  })
  const elsewhere = (url: string) => {
    const host = /^[a-z]+:(?:\/\/)?(\[[^\]]*\]|[^:/?]*)/.exec(url)?.[1] ?? ''
    return !isLoopbackAddress(host.replace(/^\[|\]$/g, ''))
  }
  if (!isLoopbackAddress(settings.SOLO2_HOST)) return found('SOLO2_HOST', 'is no loopback address')
  for (const name of ['SOLO2_TLS_CERT', 'SOLO2_PUBLIC_ORIGIN'] as const) {
    if (settings[name] !== undefined) return found(name, 'is for people on other machines')
  }
  if (settings.SOLO2_TRUSTED_PROXIES.length > 0) return found('SOLO2_TRUSTED_PROXIES', 'names who lets others in')
  for (const name of ['SOLO2_DATABASE', 'SOLO2_BUS', 'SOLO2_CLUSTER_SECRET'] as const) {
    if (settings[name] !== undefined) return found(name, 'is for several servers, which have one time')
  }
  if (settings.SOLO2_ERASURES !== undefined) return found('SOLO2_ERASURES', 'is kept for 31 real days')
  if (!['stderr', 'off'].includes(settings.SOLO2_LOG)) return found('SOLO2_LOG', 'is a folder kept for 7 real days')
  if (settings.SOLO2_TURN_URLS.some(elsewhere)) return found('SOLO2_TURN_URLS', 'names a mirror on another machine')
  if (settings.SOLO2_PAYMENT_URL !== undefined && elsewhere(settings.SOLO2_PAYMENT_URL)) {
    return found('SOLO2_PAYMENT_URL', 'names a gateway on another machine')
  }
  return undefined
}
