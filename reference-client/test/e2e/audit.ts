/** What a picture does not show; these functions run in the page and return what is wrong. */

/** Runs in the page: texts whose colour is too near to what is behind them (WCAG 2.2, 1.4.3). */
export function lowContrasts(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  type Colour = readonly [number, number, number, number]
  // Each colour is painted once: a page has few, and reading a canvas takes long.
  const painted = new Map<string, Colour>()
  const rgba = (colour: string): Colour => {
    const known = painted.get(colour)
    if (known !== undefined || canvas === null) return known ?? [0, 0, 0, 0]
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data
    const made = [r, g, b, a / 255] as const
    painted.set(colour, made)
    return made
  }
  const luminance = ([r, g, b]: readonly number[]): number => {
    const linear = [r, g, b].map((value = 0) => {
      const part = value / 255
      return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0)
  }
  const behind = (element: Element | null): readonly number[] => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor)
      if (colour[3] > 0.99) return colour
    }
    return [255, 255, 255]
  }
  const found = new Set<string>()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    if (element === null || node.textContent?.trim() === '' || element.getClientRects().length === 0) continue
    // What is disabled is exempt.
    if (element.closest('.unseen, :disabled') !== null) continue
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5)
      found.add(`${element.className || element.tagName} "${node.textContent?.slice(0, 20)}" ${ratio.toFixed(2)}`)
  }
  return [...found]
}

/** Targets below 44 px (WCAG 2.2, 2.5.5). */
export function smallTargets(): string[] {
  const targets = document.querySelectorAll<HTMLElement>(
    'button, summary, textarea, a:not(.bubble a), .choice, input:not(.unseen, [type=radio], [type=checkbox])',
  )
  return [...targets].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect()
    const small = width > 0 && (width < 44 || height < 44)
    return small ? [`${element.className || element.tagName} ${width} x ${height}`] : []
  })
}

/** Pixels that are below the sight of an open conversation; 0 without one. */
export function belowSight(): number {
  const box = document.querySelector('.messages')
  return box === null ? 0 : Math.round(box.scrollHeight - box.clientHeight - box.scrollTop)
}

/** Pixels by which the page is wider than the screen. */
export function overflow(): number {
  return Math.max(0, document.documentElement.scrollWidth - innerWidth)
}

/** What still moves for those who asked for less of it; a slow turning sign of work may. */
export function animations(): string[] {
  return document.getAnimations().flatMap(({ effect, playState }) => {
    const { duration } = effect?.getComputedTiming() ?? {}
    const slow = duration === undefined || Number(duration) === 0 || Number(duration) >= 5_000
    if (slow || playState !== 'running' || !(effect instanceof KeyframeEffect)) return []
    return [`${effect.target?.className} for ${duration} ms`]
  })
}
