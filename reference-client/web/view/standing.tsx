/** How the account stands, where it keeps something from working: said above everything, with the one thing to do. */
import type { JSX } from 'preact'
import { dateTime } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import type { State } from '../state.js'

export function StandingBanner({ state }: { readonly state: State }): JSX.Element | null {
  const dispatch = useDispatch()
  const { standing, running } = state.owner
  if (standing === undefined) return null
  const words = t.account.standing
  const ends = dateTime(standing.serviceEndsAt ?? state.now)
  const open = { label: t.account.title, act: () => dispatch({ type: 'go', route: { screen: 'account' } }) } as const
  const banners = {
    paused: {
      title: words.paused,
      detail: words.pausedDetail,
      label: t.account.resume,
      act: () => dispatch({ type: 'task', task: { kind: 'resume' } }),
    },
    grace: { title: words.grace, detail: words.graceDetail(ends), ...open },
    cut_off: { title: words.cut_off, detail: words.cut_offDetail, ...open },
    suspended: { title: words.suspended, detail: words.suspendedDetail, ...open },
    active: undefined,
    trial: undefined,
  }
  const changed = standing.balanceChanged
    ? {
        title: words.changed,
        detail: '',
        label: words.seen,
        act: () => dispatch({ type: 'task', task: { kind: 'balance_seen' } }),
      }
    : undefined
  const banner = banners[standing.state] ?? changed
  if (banner === undefined) return null
  return (
    <div class="banner" data-banner={standing.state}>
      <p>
        <strong>{banner.title}</strong> {banner.detail}
      </p>
      <button type="button" class="button" disabled={running !== undefined} onClick={banner.act}>
        {banner.label}
      </button>
    </div>
  )
}
