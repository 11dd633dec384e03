import { type MutableRef, useLayoutEffect, useRef } from 'preact/hooks'

/** For what takes the focus when it appears, and not again when it is drawn anew: the person may have moved on. */
export function useFocusOnce<T extends HTMLElement>(): MutableRef<T | null> {
  const at = useRef<T | null>(null)
  useLayoutEffect(() => at.current?.focus(), [])
  return at
}
