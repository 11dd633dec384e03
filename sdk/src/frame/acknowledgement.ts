/** When the receiver of file data says how many frames it has (09-30): often at the start, then a few times a second. */
import { CHOSEN } from '../limits.js'

export interface AcknowledgementState {
  /** Frames with file data that came on this tunnel, and how many of them when the last acknowledgement was made. */
  readonly came: number
  readonly told: number
  /** Unix milliseconds of the last acknowledgement. */
  readonly toldAt: number | undefined
}

export function createAcknowledgement(): AcknowledgementState {
  return { came: 0, told: 0, toldAt: undefined }
}

/** One more frame with file data came. `due`: it is to be acknowledged now. */
export function fileDataCame(
  state: AcknowledgementState,
  now: number,
): { readonly state: AcknowledgementState; readonly due: boolean } {
  const came = state.came + 1
  const untold = came - state.told
  const quarter = Math.max(CHOSEN.ACK_FRAMES_MIN, Math.min(CHOSEN.ACK_FRAMES_MAX, Math.floor(came / 4)))
  const { toldAt } = state
  const due = toldAt === undefined || now < toldAt || now - toldAt >= CHOSEN.ACK_MS || untold >= quarter
  return { state: due ? { came, told: came, toldAt: now } : { came, told: state.told, toldAt }, due }
}
