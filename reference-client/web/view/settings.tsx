import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Bar, CopyButton, Heading, Name } from '../part/parts.js'
import type { Appearance, State } from '../state.js'
import { groupedCode } from '../text.js'
import { AboutCard } from './about.js'
import { DangerCard } from './danger.js'
import { LanguageCard } from './language.js'
import { LocksCard, SecurityModeCard } from './locks.js'
import { NetworkCard } from './network.js'
import { NotificationsCard } from './notifications.js'

const THEMES: readonly Appearance[] = ['system', 'light', 'dark']

export function SettingsView({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { account } = state
  if (account === undefined) return <section class="pane main-pane" />
  const code = groupedCode(account.pairingCode)
  return (
    <section class="pane main-pane" aria-label={t.settings.title}>
      <Bar back="narrow" title={<Heading>{t.settings.title}</Heading>} />
      <div class="scroll page">
        <section class="card" aria-labelledby="account">
          <h2 id="account">{t.settings.account}</h2>
          <dl class="facts">
            <div>
              <dt>{t.settings.displayName}</dt>
              <dd>
                <Name>{account.displayName}</Name>
              </dd>
            </div>
            <div>
              <dt>{t.settings.username}</dt>
              <dd>
                <Name>{account.username}</Name>
              </dd>
            </div>
            <div>
              <dt>{t.settings.code}</dt>
              <dd class="with-button">
                <span class="code">{code}</span>
                <CopyButton text={code} what="settings-code" copied={state.copied} />
              </dd>
            </div>
          </dl>
          <div class="leave">
            <p>{t.devices.openText}</p>
            <button
              type="button"
              class="button"
              data-focus="devices"
              onClick={() => dispatch({ type: 'go', route: { screen: 'devices' } })}
            >
              {t.devices.open}
            </button>
          </div>
          <div class="leave">
            <p>{t.account.openText}</p>
            <button
              type="button"
              class="button"
              data-focus="account"
              onClick={() => dispatch({ type: 'go', route: { screen: 'account' } })}
            >
              {t.account.open}
            </button>
          </div>
          <div class="leave">
            <p>{t.safekeeping.openText}</p>
            <button
              type="button"
              class="button"
              data-focus="safekeeping"
              onClick={() => dispatch({ type: 'go', route: { screen: 'safekeeping' } })}
            >
              {t.safekeeping.open}
            </button>
          </div>
        </section>
        <NotificationsCard notifications={state.notifications} isStrict={state.locks.maximumSecurity} />
        <NetworkCard state={state} />
        <LocksCard state={state} />
        <SecurityModeCard state={state} />
        <section class="card" aria-labelledby="appearance">
          <h2 id="appearance">{t.settings.appearance}</h2>
          <fieldset class="choices">
            <legend class="unseen">{t.settings.appearance}</legend>
            {THEMES.map((theme) => (
              <label key={theme} class="choice">
                <input
                  type="radio"
                  name="appearance"
                  value={theme}
                  checked={state.appearance === theme}
                  onChange={() => dispatch({ type: 'appearance_chosen', appearance: theme })}
                />
                <span>{t.settings.theme[theme]}</span>
              </label>
            ))}
          </fieldset>
        </section>
        <LanguageCard language={state.language} />
        <section class="card" aria-labelledby="leave">
          <h2 id="leave">{t.settings.leave}</h2>
          <div class="leave">
            <p>{t.settings.lockText}</p>
            <button type="button" class="button" onClick={() => dispatch({ type: 'lock' })}>
              {t.settings.lock}
            </button>
          </div>
          <div class="leave">
            <p>{t.settings.logoutText}</p>
            <button type="button" class="button" onClick={() => dispatch({ type: 'logout' })}>
              {t.settings.logout}
            </button>
          </div>
        </section>
        <DangerCard />
        <AboutCard state={state} />
      </div>
    </section>
  )
}
