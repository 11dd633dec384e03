/** Files on their way, in English. */
import { isolated } from '../text.js'

export const file = {
  preparing: 'Preparing',
  offered: 'Offered. Waiting for consent.',
  offeredAway: 'Offered when you are both online.',
  incoming: 'would like to send you this file',
  accept: 'Accept',
  refuse: 'Refuse',
  cancel: 'Cancel',
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Try again',
  choose: 'Choose it again',
  held: {
    source:
      'Its bytes are needed again: this page was left in between, or the file was moved or changed. Choose the same file.',
    paused: 'Paused here. Nothing of what arrived is lost.',
    storage_full: 'This device has no room left. It goes on by itself when there is.',
    storage_failed: 'The disk does not take it at the moment. It goes on by itself when it does.',
  },
  save: 'Save',
  receiving: 'Receiving',
  sending: 'Sending',
  paused: 'Paused until you are both online',
  damaged: (part: string) => `Part ${part} came damaged and is fetched again.`,
  left: (duration: string) => `${duration} left`,
  of: (done: string, size: string) => `${done} of ${size}`,
  complete: { sent: 'Received by the other side', received: 'Received and saved as a download' },
  gone: 'Received earlier. This device no longer holds its bytes.',
  saveNow: 'Received. It lies encrypted on this device until you save it.',
  refused: { sent: 'Refused by the other side', received: 'Refused' },
  cancelled: 'Cancelled',
  failed: 'Failed: the bytes that came were not the file that was offered.',
  saveHint: 'Saved as a download. Solo2 never opens a received file.',
  progress: (name: string) => `Progress of ${isolated(name)}`,
}
