/** Notifications: one setting, in words for each way in which a browser can stand to it. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { ProblemText } from '../part/parts.js'
import type { NotificationsView } from '../state.js'

export function NotificationsCard({
  notifications,
  isStrict,
}: {
  readonly notifications: NotificationsView
  /** In maximum security mode there are none. */
  readonly isStrict: boolean
}): JSX.Element {
  const dispatch = useDispatch()
  const { state, problem } = notifications
  const isOn = state === 'on' || state === 'turning_off'
  const isBusy = state === 'turning_on' || state === 'turning_off'
  return (
    <section class="card" aria-labelledby="notifications">
      <h2 id="notifications">{t.notifications.title}</h2>
      <p>{t.notifications.what}</p>
      <div class="leave">
        <p role="status">{isStrict ? t.locks.mode.noNotifications : t.notifications.states[state]}</p>
        {!isStrict && state !== 'unsupported' && state !== 'denied' && (
          <button
            type="button"
            class="button"
            disabled={isBusy}
            onClick={() => dispatch({ type: 'notifications_wanted', on: !isOn })}
          >
            {isOn ? t.notifications.turnOff : t.notifications.turnOn}
          </button>
        )}
      </div>
      {problem === 'push_service' && <p role="alert">{t.notifications.pushService}</p>}
      {problem !== undefined && problem !== 'push_service' && <ProblemText problem={problem} />}
    </section>
  )
}
