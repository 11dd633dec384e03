/**
 * The focus goes where the person goes: to the composer or the heading of a new screen, and on the way back to what
 * opened it. What had it before is remembered by a name (`data-focus`), since the element may have been drawn anew.
 */
import type { Route, State } from './state.js'

const openers = new Map<string, string>()

const PLACES = {
  choice: 'choice',
  join: 'join',
  joining: 'join',
  backup: 'backup',
  restoring: 'backup',
  anew: 'anew',
  publishing: 'anew',
} as const

function placeOf(state: State): string {
  const { phase, route } = state
  if (phase.name === 'open') return state.share?.stage === 'waiting' ? 'share' : `open ${routeKey(route)}`
  if (phase.name === 'welcome') return `welcome ${phase.form}`
  return phase.name === 'undecided' ? `undecided ${PLACES[phase.step]}` : phase.name
}

function routeKey(route: Route): string {
  return 'contact' in route ? `${route.screen} ${route.contact}` : route.screen
}

/** Call after each drawing. */
export function followFocus(before: State, after: State): void {
  const from = placeOf(before)
  const to = placeOf(after)
  if (from === to) return
  const opener = document.activeElement?.closest<HTMLElement>('[data-focus]')?.dataset['focus']
  if (opener !== undefined) openers.set(from, opener)
  let left: Element | null = null
  // Behind the observer of keep-focus, which has its turn first.
  queueMicrotask(() => {
    left = document.activeElement
  })
  requestAnimationFrame(() => {
    const now = document.activeElement
    // A frame can be late: who is in a field by then keeps it, and what they type.
    if (now !== left && now !== document.body) return
    const back = openers.get(to)
    openers.delete(to)
    const target = shown(back === undefined ? undefined : `[data-focus="${CSS.escape(back)}"]`) ?? entrance(after)
    target?.focus({ preventScroll: back === undefined })
  })
}

function entrance(state: State): HTMLElement | undefined {
  const { phase, route } = state
  if (phase.name !== 'open' || state.share?.stage === 'waiting')
    return shown('[data-autofocus]') ?? shown('[data-heading]')
  // On a touch screen the keyboard would cover the conversation.
  const touch = matchMedia('(pointer: coarse)').matches
  if (route.screen === 'conversation')
    return (touch ? undefined : shown('[data-composer]')) ?? shown('.main-pane [data-heading]')
  if (route.screen === 'contact') return shown('.detail-pane [data-heading]')
  if (route.screen === 'home') return shown('.list-pane [data-heading]')
  return shown('.main-pane [data-heading]')
}

function shown(selector: string | undefined): HTMLElement | undefined {
  if (selector === undefined) return undefined
  return [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.getClientRects().length > 0)
}
