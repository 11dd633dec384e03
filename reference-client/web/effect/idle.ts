/**
 * Locks after so long without use (11-111). Timers stand still while a page sleeps, so clocks are compared: at each sign of use
 * before it counts as one, when the page comes back, and now and then.
 */

/** Unix milliseconds, which people can set; and milliseconds that run evenly, in some browsers not while the device sleeps. */
export interface Clocks {
  readonly wall: number
  readonly steady: number
}

export const clocks = (): Clocks => ({ wall: Date.now(), steady: performance.now() })

/** How long ago that was: by the clock that shows the longer time. */
export function since(before: Clocks, now: Clocks): number {
  return Math.max(now.wall - before.wall, now.steady - before.steady)
}

/** What a person does at the page. Captured, so that nothing on the page can keep it from being seen. */
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const
const CHECK_MS = 5_000

/** Calls `lock` once, when nobody used the page for `limitMs()`; 0: never. Returns the way to stop. */
export function watchIdle(limitMs: () => number, lock: () => void, read: () => Clocks = clocks): () => void {
  let last = read()
  let isOver = false

  function look(): boolean {
    const limit = limitMs()
    if (!isOver && limit > 0 && since(last, read()) >= limit) {
      isOver = true
      stop()
      lock()
    }
    return isOver
  }

  function used(): void {
    if (!look()) last = read()
  }

  const options = { capture: true, passive: true }
  for (const sign of SIGNS) addEventListener(sign, used, options)
  document.addEventListener('visibilitychange', look)
  const timer = setInterval(look, CHECK_MS)

  function stop(): void {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
    for (const sign of SIGNS) removeEventListener(sign, used, options)
  }
  return stop
}
