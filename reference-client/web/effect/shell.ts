/**
 * The app as it is kept in this browser [C2]: opened without the server, and renewed when the person says so. Builds are never
 * mixed: what a page loads later is named by its content, and the worker keeps the build of pages that are still open.
 */
import type { Action } from '../action.js'

export const WORKER = '/sw.js'
const LOOK_MS = 3_600_000
/** A worker that has not taken over by then does not: the page loads what holds. */
const TAKE_OVER_MS = 10_000

export interface Shell {
  /** From the first open account on: who only looks leaves nothing in this browser. */
  keep(): void
  /** Goes over to the build that is ready. */
  renew(): void
}

export function createShell(dispatch: (action: Action) => void): Shell {
  let registration: ServiceWorkerRegistration | undefined
  let renewing = false

  function look(): void {
    if (renewing) takeOver()
    else if (registration?.waiting && registration.active) dispatch({ type: 'update_ready' })
  }

  function offer(): void {
    if (!renewing) dispatch({ type: 'update_ready' })
  }

  function ask(): void {
    // No answer, or a build that cannot be fetched whole: the present one goes on, and the next look tries again.
    registration?.update().catch(() => {})
  }

  async function register(): Promise<void> {
    registration = await navigator.serviceWorker.register(WORKER, { updateViaCache: 'none' })
    const watch = (): void => registration?.installing?.addEventListener('statechange', look)
    registration.addEventListener('updatefound', watch)
    // One that was found before this page was there is still on its way.
    watch()
    look()
    // Another tab went over, or a later build did while this page was loading.
    navigator.serviceWorker.addEventListener('controllerchange', offer)
    if (navigator.serviceWorker.controller && !(await isOfActiveBuild())) offer()
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') ask()
    })
    setInterval(ask, LOOK_MS)
  }

  function renew(): void {
    renewing = true
    setTimeout(() => location.reload(), TAKE_OVER_MS)
    takeOver()
  }

  function takeOver(): void {
    const waiting = registration?.waiting
    // Another tab went over already: this one only has to load.
    if (!waiting && !registration?.installing) location.reload()
    waiting?.addEventListener('statechange', () => {
      if (waiting.state === 'activated') location.reload()
      // A later build came in between: to that one then, as soon as it is here whole.
      if (waiting.state === 'redundant') takeOver()
    })
    waiting?.postMessage('take over')
  }

  return {
    renew,
    keep() {
      if (registration === undefined && 'serviceWorker' in navigator) register().catch(() => {})
    },
  }
}

/** Whether the page that the worker would give now has this page's script: names tell content. */
async function isOfActiveBuild(): Promise<boolean> {
  const own = document.querySelector('script[type=module][src]')?.getAttribute('src') ?? ''
  const answer = await fetch('/')
  return !answer.ok || (await answer.text()).includes(own)
}
