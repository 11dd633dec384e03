/**
 * The focus never falls to the top of the page when what had it goes away: a form that opens takes it, one that closes gives it back
 * to what opened it (the same `data-focus`), and else it stays as near as can be.
 */
const REACHED = 'button:not(:disabled), a[href], input:not(:disabled), textarea, select, summary'

interface Held {
  readonly element: Element
  /** From near to far. */
  readonly around: readonly Element[]
  readonly key: string | undefined
}

/** Follows everything that is drawn in there, by whomever. */
export function keepFocus(root: HTMLElement): void {
  let held: Held | undefined
  root.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return
    const around: Element[] = []
    for (let at = target.parentElement; at !== null && at !== root; at = at.parentElement) around.push(at)
    held = { element: target, around, key: target.closest<HTMLElement>('[data-focus]')?.dataset['focus'] }
  })
  new MutationObserver(() => {
    if (held === undefined || held.element.isConnected) return
    const lost = held
    held = undefined
    if (document.activeElement === document.body) heir(lost)?.focus({ preventScroll: true })
  }).observe(root, { childList: true, subtree: true })
}

function heir({ around, key }: Held): HTMLElement | undefined {
  const near = around.find((element) => element.isConnected)
  const named = key === undefined ? undefined : `[data-focus="${CSS.escape(key)}"]`
  return (
    first(near, '[data-autofocus]') ??
    first(document.body, named) ??
    first(near, REACHED) ??
    first(near, '[data-heading]')
  )
}

function first(within: Element | undefined, selector: string | undefined): HTMLElement | undefined {
  if (within === undefined || selector === undefined) return undefined
  return [...within.querySelectorAll<HTMLElement>(selector)].find((element) => element.getClientRects().length > 0)
}
