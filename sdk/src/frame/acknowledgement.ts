/** When the receiver of file data says how many frames it has (09-30): often at the start, then a few times a second. */
import { CHOSEN } from '../limits.js'

/** Before the first frame with file data there is none. */
export interface AcknowledgementState {
  /** Frames with file data that came without a pause, and how many of them when the last acknowledgement was made. */
  readonly came: number
  readonly told: number
  /** Unix milliseconds of the last such frame, and of the last acknowledgement. */
  readonly cameAt: number
  readonly toldAt: number
}

/**
 * One more frame with file data came. `due`: it is to be acknowledged now. After a pause it is as at the start, since the
 * sender must learn the rate anew.
 */
export function fileDataCame(
  state: AcknowledgementState | undefined,
  now: number,
): { readonly state: AcknowledgementState; readonly due: boolean } {
  if (state === undefined || now - state.cameAt >= CHOSEN.ACK_MS)
    return { state: { came: 1, told: 1, cameAt: now, toldAt: now }, due: true }
  const { told, toldAt } = state
  const came = state.came + 1
  const untold = came - told
  const quarter = Math.max(CHOSEN.ACK_FRAMES_MIN, Math.min(CHOSEN.ACK_FRAMES_MAX, Math.floor(came / 4)))
  const due = now < toldAt || now - toldAt >= CHOSEN.ACK_MS || untold >= quarter
  return { state: due ? { came, told: came, cameAt: now, toldAt: now } : { ...state, came, cameAt: now }, due }
}
