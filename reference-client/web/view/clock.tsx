/** A wrong clock: by how much, what that means, what to do. Nothing else follows what the server says of it (05-94). */
import type { JSX } from 'preact'
import { roughly } from '../format.js'
import { t } from '../i18n/catalogue.js'
import type { State } from '../state.js'

/** Clocks that differ by more may miss each other at a day's edge, and by a day always (06-20). */
const MEETING_MS = 3_600_000

export function ClockBanner({ state }: { readonly state: State }): JSX.Element | null {
  const { clockAheadMs, server } = state
  // What a server said that is away may have been mended since.
  if (clockAheadMs === 0 || server === 'away') return null
  const { clock } = t
  const off = Math.abs(clockAheadMs)
  const by = roughly(off)
  return (
    <p class="banner calm" data-banner="clock">
      <strong>{clockAheadMs > 0 ? clock.ahead(by) : clock.behind(by)}</strong> {clock.meaning}{' '}
      {off >= MEETING_MS && `${clock.meeting} `}
      {clock.todo}
    </p>
  )
}
