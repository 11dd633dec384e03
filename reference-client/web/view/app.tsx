/** What is on the screen for a state. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { IconButton, ProblemText } from '../part/parts.js'
import type { State } from '../state.js'
import { nameOf, visibleName } from '../text.js'
import { AccountView } from './account.js'
import { AddView } from './add.js'
import { ArrivalBanners } from './arrivals.js'
import { ClockBanner } from './clock.js'
import { ContactPane } from './contact.js'
import { ConversationView } from './conversation.js'
import { DevicesView, SyncBanner } from './devices.js'
import { HomeView, NothingChosen } from './home.js'
import { NotesConversation, NotesPane } from './notes.js'
import { ProofView } from './proof.js'
import { SafekeepingView } from './safekeeping.js'
import { SettingsView } from './settings.js'
import { ShareBanner, ShareView } from './share.js'
import { StandingBanner } from './standing.js'
import { UndecidedView } from './undecided.js'
import {
  CreatingView,
  ElsewhereView,
  LockedView,
  StartingView,
  UnsupportedView,
  WelcomeView,
  WipingView,
} from './welcome.js'
import { ConfirmView, WordsView } from './words.js'
import { wordsFor } from './words-for.js'

export function App({ state }: { readonly state: State }): JSX.Element {
  return (
    <>
      {state.phase.name !== 'open' && (
        <div class="banners" aria-live="polite">
          <ClockBanner state={state} />
        </div>
      )}
      <Screen state={state} />
    </>
  )
}

function Screen({ state }: { readonly state: State }): JSX.Element {
  const { phase } = state
  switch (phase.name) {
    case 'starting':
      return <StartingView />
    case 'unsupported':
      return <UnsupportedView phase={phase} />
    case 'welcome':
      return <WelcomeView state={state} phase={phase} />
    case 'creating':
      return <CreatingView phase={phase} />
    case 'words':
      return <WordsView state={state} phase={phase} />
    case 'confirm':
      return <ConfirmView phase={phase} />
    case 'locked':
      return <LockedView phase={phase} share={state.share} />
    case 'elsewhere':
      return <ElsewhereView phase={phase} />
    case 'undecided':
      return <UndecidedView phase={phase} />
    case 'wiping':
      return <WipingView />
    case 'open':
      return state.share?.stage === 'waiting' ? (
        <ShareView state={state} share={state.share} />
      ) : (
        <OpenView state={state} />
      )
    default:
      return phase satisfies never
  }
}

function OpenView({ state }: { readonly state: State }): JSX.Element {
  const { route } = state
  const contact = 'contact' in route && route.contact !== undefined ? state.contacts[route.contact] : undefined
  const isTalk = route.screen === 'conversation' || route.screen === 'contact'
  const notes = isTalk && route.contact === state.notes?.id ? state.notes : undefined
  const talking = isTalk && contact !== undefined
  // An entry of the history can name a contact that is not here any more: then it is home.
  const screen = isTalk && contact === undefined && notes === undefined ? 'home' : route.screen
  const empty = Object.keys(state.contacts).length === 0
  return (
    <div class="open">
      <Banners state={state} />
      <main class={`panes at-${screen} ${talking || notes !== undefined ? 'talking' : ''}`}>
        <HomeView state={state} />
        {screen === 'home' && !empty && <NothingChosen />}
        {/* Beside an empty list stands what leads to the first contact. */}
        {(screen === 'add' || (screen === 'home' && empty)) && <AddView state={state} />}
        {screen === 'proof' && <ProofView state={state} />}
        {screen === 'settings' && <SettingsView state={state} />}
        {screen === 'devices' && <DevicesView state={state} />}
        {screen === 'account' && <AccountView state={state} />}
        {screen === 'safekeeping' && <SafekeepingView state={state} />}
        {talking && <ConversationView state={state} contact={contact} />}
        {talking && <ContactPane state={state} contact={contact} />}
        {notes !== undefined && <NotesConversation state={state} notes={notes} />}
        {notes !== undefined && <NotesPane notes={notes} />}
      </main>
      <Notices state={state} />
      <p class="unseen" aria-live="polite" data-spoken>
        {spokenText(state)}
      </p>
    </div>
  )
}

/** A new message in one line, for those who hear the screen. */
function spokenText({ spoken, contacts }: State): string {
  const contact = spoken === undefined ? undefined : contacts[spoken.contact]
  if (spoken === undefined || contact === undefined) return ''
  const { body } = spoken.message
  const name = nameOf(contact)
  switch (body.kind) {
    case 'text':
      return t.conversation.spoken(name, visibleName(body.text.slice(0, 200)))
    case 'file':
      return t.conversation.spoken(name, t.home.file(body.name))
    case 'place':
    case 'timer':
    case 'deleted':
    case 'unknown':
      return t.conversation.spoken(name, wordsFor(body, spoken.message.outgoing))
    default:
      return body satisfies never
  }
}

/** What concerns everything: the server, the session. Tunnels go on below. */
function Banners({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <div class="banners" aria-live="polite">
      {state.server === 'away' && (
        <p class="banner" data-banner="away">
          <strong>{t.banner.away}</strong> {t.banner.awayDetail}
        </p>
      )}
      {state.session === 'over' && (
        <div class="banner" data-banner="over">
          <p>
            <strong>{t.banner.over}</strong> {t.banner.overDetail}
          </p>
          <button type="button" class="button" onClick={() => dispatch({ type: 'go', route: { screen: 'account' } })}>
            {t.banner.overAction}
          </button>
        </div>
      )}
      <ClockBanner state={state} />
      <SyncBanner state={state} />
      <ArrivalBanners state={state} />
      <ShareBanner share={state.share} />
      <StandingBanner state={state} />
      {state.update !== 'none' && (
        <div class="banner" data-banner="update">
          <p>
            <strong>{t.banner.update}</strong> {t.banner.updateDetail}
          </p>
          <button
            type="button"
            class="button"
            disabled={state.update === 'renewing'}
            onClick={() => dispatch({ type: 'update_wanted' })}
          >
            {t.banner.updateAction}
          </button>
        </div>
      )}
    </div>
  )
}

function Notices({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <div class="notices">
      {state.notices.map((notice) => (
        <div class="notice" key={notice.key}>
          <ProblemText problem={notice.problem} />
          <IconButton
            icon="close"
            label={t.common.close}
            onClick={() => dispatch({ type: 'notice_closed', key: notice.key })}
          />
        </div>
      ))}
    </div>
  )
}
