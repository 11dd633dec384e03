/** Small things of the page and the browser: history, theme, clipboard, print, saving. */
import type { Appearance, Route } from '../state.js'

/** The manifesto lists the theme among what localStorage holds [V17]. */
const APPEARANCE = 'solo2.theme'

export function storedAppearance(): Appearance {
  try {
    const stored = localStorage.getItem(APPEARANCE)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system'
  }
}

export function setAppearance(appearance: Appearance): void {
  showAppearance(appearance)
  try {
    if (appearance === 'system') localStorage.removeItem(APPEARANCE)
    else localStorage.setItem(APPEARANCE, appearance)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function showAppearance(appearance: Appearance): void {
  document.documentElement.dataset['theme'] = appearance
}

export function pushRoute(route: Route): void {
  history.pushState({ route }, '')
}

export function replaceRoute(route: Route): void {
  history.replaceState({ route }, '')
}

export function routeOf(state: unknown): Route {
  const route = typeof state === 'object' && state !== null && 'route' in state ? (state.route as Route) : undefined
  return route ?? { screen: 'home' }
}

/**
 * Saves a received file [C1]: as a download of unknown bytes, so that no browser opens it in our origin, whatever its
 * name or content claims to be.
 */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.rel = 'noopener'
  link.click()
  // The browser has taken the address by the next minute; after that the bytes are free to go.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/**
 * The invitation by which the page was opened [C5]. Out of the address before anything is asked of anybody, and never stored: a
 * reload or the history must not show it again.
 */
export function takeInvitation(): string | undefined {
  const { hash, href, pathname, search } = location
  if (!hash.startsWith('#v1.')) return undefined
  history.replaceState(null, '', pathname + search)
  return href
}

/** What the browser says of its system, "Linux" or "Android": a beginning for the name of a device, which a person may change. */
export function suggestedDeviceName(): string {
  const { userAgentData } = navigator as { userAgentData?: { readonly platform?: string } }
  return userAgentData?.platform ?? ''
}

/** `count` different places among `total`, in ascending order, by the system's generator. */
export function randomPlaces(count: number, total: number): number[] {
  const chosen = new Set<number>()
  const byte = new Uint8Array(1)
  while (chosen.size < count) {
    crypto.getRandomValues(byte)
    const value = byte[0] ?? 0
    // Values beyond the last whole multiple would favour low places.
    if (value < 256 - (256 % total)) chosen.add(value % total)
  }
  return [...chosen].sort((a, b) => a - b)
}
