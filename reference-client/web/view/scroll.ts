/**
 * Scrolling of a conversation: at the end the end stays in sight, whatever arrives, grows or wraps anew; in the past what
 * is read does not move when older messages come above it.
 */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/** So near the end counts as being there. */
const NEAR_PX = 80

interface Shown {
  readonly first: string | undefined
  readonly last: string | undefined
  readonly cards: number
  /** The last message is one's own: it is always brought into sight. */
  readonly mine: boolean
  /** A message that was looked for: it is brought into sight and has the focus. */
  readonly target: { readonly id: string; readonly key: number } | undefined
  /** The first of the new ones, where there are any. */
  readonly newAt: string | undefined
}

/** Returns the handler of the box's scroll events. */
export function useScroll(
  scroller: RefObject<HTMLElement>,
  { first, last, cards, mine, target, newAt }: Shown,
): () => void {
  const near = useRef(true)
  const fromEnd = useRef(0)
  const size = useRef('')

  function toEnd(): void {
    const box = scroller.current
    if (box !== null) box.scrollTop = box.scrollHeight
  }

  useLayoutEffect(() => {
    const box = scroller.current
    if (box === null) return
    if (near.current) toEnd()
    else box.scrollTop = box.scrollHeight - fromEnd.current
  }, [first])

  useLayoutEffect(() => {
    if (near.current || mine) toEnd()
  }, [last, cards])

  /** A screen above what is new, so that it is read from there. */
  useLayoutEffect(() => {
    const line = scroller.current?.querySelector('[data-new]')
    const box = scroller.current
    if (box === null || line === null || line === undefined || newAt === undefined) return
    const above = line.getBoundingClientRect().top - box.getBoundingClientRect().top
    if (above >= 0) return
    line.scrollIntoView({ block: 'start' })
    near.current = isNear(box)
  }, [newAt])

  useLayoutEffect(() => {
    const box = scroller.current
    const found = target && box?.querySelector<HTMLElement>(`[data-message="${CSS.escape(target.id)}"]`)
    if (!box || !found) return
    found.scrollIntoView({ block: 'center' })
    found.focus({ preventScroll: true })
    near.current = isNear(box)
  }, [target?.key])

  useEffect(() => {
    const box = scroller.current
    if (box === null) return
    const observer = new ResizeObserver(() => {
      if (near.current) toEnd()
    })
    observer.observe(box)
    if (box.firstElementChild !== null) observer.observe(box.firstElementChild)
    return () => observer.disconnect()
  }, [])

  return () => {
    const box = scroller.current
    if (box === null) return
    // When sizes change the browser scrolls by itself: that is not the person leaving the end.
    const now = `${box.clientHeight} ${box.scrollHeight}`
    const resized = size.current !== now
    size.current = now
    fromEnd.current = box.scrollHeight - box.scrollTop
    if (!resized) near.current = isNear(box)
  }
}

function isNear(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX
}
