import { useFocusOnce } from './focus-once.js'

/** The way out of a question, which has the focus when the question appears. */
export function CancelFirst({ label, onClick }: { readonly label: string; onClick(): void }) {
  const at = useFocusOnce<HTMLButtonElement>()
  return (
    <button type="button" class="button main" ref={at} onClick={onClick}>
      {label}
    </button>
  )
}
