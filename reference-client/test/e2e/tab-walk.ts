/**
 * The keyboard alone, on any screen: Tab from the top reaches what the accessibility tree calls interactive and nothing else, each
 * acts on Enter or Space, and each shows that it has the focus.
 */
import type { CDPSession, Page } from 'playwright-core'

const TEXTS = ['textbox', 'searchbox', 'spinbutton']
const BY_ENTER = ['button', 'link', 'DisclosureTriangle', 'combobox', 'tab', 'menuitem']
const BY_SPACE = ['radio', 'checkbox', 'switch', 'slider']
const INTERACTIVE = new Set([...TEXTS, ...BY_ENTER, ...BY_SPACE])

interface Stop {
  readonly label: string
  readonly ring: boolean
  readonly acted: boolean
  /** A part that scrolls, which the keyboard must reach too. */
  readonly scrolls: boolean
}

declare global {
  var tabStops: { readonly element: Element; readonly ring: boolean; acted: boolean }[] | undefined
}

/** What is wrong, one line each. The page is as it was afterwards, but for where the focus is. */
export async function tabProblems(page: Page): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page)
  try {
    const expected = await interactive(cdp)
    await page.evaluate(record)
    // From the top, whatever had the focus; one more than there is, to come out at the end.
    for (let presses = 0; presses < expected.size + 8; presses++) {
      await press(cdp, 'Tab')
      const { result } = await cdp.send('Runtime.evaluate', { expression: `(${atStop})()` })
      const at: ReturnType<typeof atStop> = result.value
      if (at === 'end') break
      if (at !== 'text') await press(cdp, at)
    }
    const stops = await page.evaluate(recorded)
    const reached = new Map<number, Stop>()
    for (const [index, id] of (await nodesOf(cdp)).entries()) reached.set(id, stops[index] as Stop)
    return [
      ...[...expected].filter(([id]) => !reached.has(id)).map(([, name]) => `not reached by Tab: ${name}`),
      ...[...reached].flatMap(([id, stop]) => {
        if (!expected.has(id)) return stop.scrolls ? [] : [`reached by Tab, but not interactive: ${stop.label}`]
        return [
          ...(stop.ring ? [] : [`no ring: ${stop.label}`]),
          ...(stop.acted ? [] : [`does not act on the keyboard: ${stop.label}`]),
        ]
      }),
    ]
  } finally {
    await page.evaluate(forget)
    await cdp.detach()
  }
}

const KEYS = {
  Tab: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 },
  Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  Space: { key: ' ', code: 'Space', windowsVirtualKeyCode: 32, text: ' ' },
} as const

/** Down and up in one go, asked of the browser itself: a run presses thousands of keys, each twice as dear through Playwright. */
async function press(cdp: CDPSession, key: keyof typeof KEYS): Promise<void> {
  await Promise.all(
    (['keyDown', 'keyUp'] as const).map((type) => {
      const { text, ...rest } = { text: undefined, ...KEYS[key] }
      const typed = type === 'keyDown' && text !== undefined ? { text } : {}
      return cdp.send('Input.dispatchKeyEvent', { type, ...rest, ...typed })
    }),
  )
}

/** Backend IDs and names of what can be acted on; of radios that belong together the one that Tab stops at. */
async function interactive(cdp: CDPSession): Promise<Map<number, string>> {
  const { nodes } = await cdp.send('Accessibility.getFullAXTree')
  const found = new Map<number, string>()
  const is = (node: (typeof nodes)[number], name: string): boolean =>
    node.properties?.some((property) => property.name === name && property.value.value === true) ?? false
  const checked = (node: (typeof nodes)[number]): boolean =>
    node.properties?.some(({ name, value }) => name === 'checked' && value.value === 'true') ?? false
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const radios = nodes.filter((node) => !node.ignored && node.role?.value === 'radio')
  for (const node of nodes) {
    const role = String(node.role?.value)
    if (node.ignored || !INTERACTIVE.has(role) || is(node, 'disabled') || node.backendDOMNodeId === undefined) continue
    if (role === 'radio' && !checked(node)) {
      const together = radios.filter((one) => one.parentId === node.parentId || groupOf(one) === groupOf(node))
      if (together.some(checked) || together[0] !== node) continue
    }
    found.set(node.backendDOMNodeId, `${role} "${node.name?.value}"`)
  }
  return found

  /** Up to the fieldset. */
  function groupOf(node: (typeof nodes)[number]): string | undefined {
    let at: typeof node | undefined = node
    while (at !== undefined && at.role?.value !== 'group' && at.role?.value !== 'radiogroup')
      at = at.parentId === undefined ? undefined : byId.get(at.parentId)
    return at?.nodeId
  }
}

/** Backend IDs of the stops, in their order. */
async function nodesOf(cdp: CDPSession): Promise<number[]> {
  const elements = 'tabStops.map(({ element }) => element)'
  const { result } = await cdp.send('Runtime.evaluate', { expression: elements })
  const list = await cdp.send('Runtime.getProperties', { objectId: result.objectId ?? '', ownProperties: true })
  const nodes = list.result
    .filter(({ name }) => /^\d+$/u.test(name))
    .map(({ value }) => cdp.send('DOM.describeNode', { objectId: value?.objectId ?? '' }))
  return (await Promise.all(nodes)).map(({ node }) => node.backendNodeId)
}

/** Runs in the page: remembers stops, and keeps every act from having its effect. */
function record(): void {
  globalThis.tabStops = []
  ;(document.activeElement as HTMLElement | null)?.blur()
  // Tab goes on from what was pressed or selected last, unless told where the top is.
  const top = document.createElement('div')
  top.tabIndex = -1
  const modal = document.querySelector('dialog:modal')
  ;(modal ?? document.body).prepend(top)
  top.focus()
  const stop = (event: Event): void => {
    const last = globalThis.tabStops?.at(-1)
    if (last !== undefined && (event.type === 'click' || event.type === 'keydown')) {
      if (event.type === 'click' && event.target instanceof Node && last.element.contains(event.target))
        last.acted = true
    }
    if (event.type === 'click') {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  }
  const focus = ({ target }: FocusEvent): void => {
    if (!(target instanceof Element) || target === top) return
    if (globalThis.tabStops?.some(({ element }) => element === target)) return
    const shown = target.closest('.choice') ?? target
    const ring = [target, shown].some((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    })
    globalThis.tabStops?.push({ element: target, ring, acted: false })
  }
  addEventListener('click', stop, true)
  addEventListener('focusin', focus, true)
  Object.assign(globalThis, {
    forgetTabs: () => {
      removeEventListener('click', stop, true)
      removeEventListener('focusin', focus, true)
      top.remove()
    },
  })
}

/** Runs in the page: what to press here. */
function atStop(): 'end' | 'text' | 'Enter' | 'Space' {
  const element = document.activeElement
  const last = globalThis.tabStops?.at(-1)
  if (element === null || element === document.body || last?.element !== element) return 'end'
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) {
    last.acted = true
    return 'text'
  }
  if (element instanceof HTMLInputElement) {
    if (element.type === 'checkbox') return 'Space'
    // Arrows go about among radios and choose; a chosen one has nothing left to do.
    if (element.type !== 'file') {
      last.acted = true
      return 'text'
    }
  }
  return element.matches('button, a, summary, input') ? 'Enter' : 'text'
}

function recorded(): Stop[] {
  return (globalThis.tabStops ?? []).map(({ element, ring, acted }) => ({
    label: `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}`,
    ring,
    acted,
    scrolls: element.scrollHeight > element.clientHeight || element.getAttribute('role') === 'log',
  }))
}

function forget(): void {
  ;(globalThis as unknown as { forgetTabs(): void }).forgetTabs()
}
