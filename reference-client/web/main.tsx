/** The app: draws at once, then looks at what this browser gives and loads the SDK. */
import { render } from 'preact'
import { routeOf } from './effect/device.js'
import { createRunner, type Runner } from './effect/run.js'
import { followFocus } from './focus.js'
import { keepFocus } from './keep-focus.js'
import type { LanguageView } from './language.js'
import { createLoop } from './loop.js'
import { DispatchContext } from './part/context.js'
import { type Appearance, holdsFiles, initialState, type State } from './state.js'
import { App } from './view/app.js'

const MINUTE_MS = 60_000

export interface Beginning {
  readonly invited: string | undefined
  readonly appearance: Appearance
  readonly language: LanguageView
}

/** Draws the first screen; its language is there already. */
export function start({ invited, appearance, language }: Beginning): void {
  const root = document.getElementById('app')
  if (root === null) throw new Error('no place to draw')
  const place = root
  const first = initialState({
    ...(invited !== undefined && { invited }),
    host: location.host,
    origin: location.origin,
    appearance,
    language,
    now: Date.now(),
  })

  let runner: Runner
  let drawn: State = first
  let scheduled = false
  const loop = createLoop(
    first,
    (command) => runner.run(command),
    () => {
      if (scheduled) return
      scheduled = true
      queueMicrotask(draw)
    },
  )
  runner = createRunner(loop.dispatch, { origin: location.origin, now: () => Date.now() })

  function draw(): void {
    scheduled = false
    const state = loop.state()
    const before = drawn
    drawn = state
    document.title = titleOf(state)
    render(
      <DispatchContext.Provider value={loop.dispatch}>
        <App state={state} />
      </DispatchContext.Provider>,
      place,
    )
    followFocus(before, state)
  }

  window.addEventListener('popstate', (event) => loop.dispatch({ type: 'went', route: routeOf(event.state) }))
  window.addEventListener('languagechange', () =>
    loop.dispatch({ type: 'language_chosen', choice: loop.state().language.chosen }),
  )
  window.addEventListener('beforeunload', (event) => {
    if (holdsFiles(loop.state())) event.preventDefault()
  })
  // Keys are wiped when the page goes [V18]; a page that comes back from the browser's cache starts anew.
  window.addEventListener('pagehide', () => runner.close())
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  // A file dropped beside its place must not replace the page.
  for (const type of ['dragover', 'drop']) window.addEventListener(type, (event) => event.preventDefault())
  setInterval(() => loop.dispatch({ type: 'minute', now: Date.now() }), MINUTE_MS)

  keepFocus(place)
  draw()
  void runner.start()
}

function titleOf(state: State): string {
  const unread = Object.values(state.contacts).reduce((sum, { muted, unread: count }) => sum + (muted ? 0 : count), 0)
  return unread > 0 ? `(${unread}) Solo2` : 'Solo2'
}
