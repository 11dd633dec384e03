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
}

/** Returns the handler of the box's scroll events. */
export function useScroll(scroller: RefObject<HTMLElement>, { first, last, cards, mine }: Shown): () => void {
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
    if (!resized) near.current = fromEnd.current - box.clientHeight < NEAR_PX
  }
}
