/** Pictures and voice notes, in English. */
import { isolated } from '../text.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'en'>): string => plural('en', value, forms)

export const media = {
  loading: 'Getting ready',
  record: 'Record a voice note',
  opening: 'Opening',
  unfit: 'This is not what its sender calls it, or too large to be shown here. You can save it, and open it with care.',
  broken: 'This browser cannot play this sound. Save the file, and play it with another program.',
  pictures: {
    label: 'Pictures to send',
    looking: 'Looking at the picture',
    unreadable:
      'This browser cannot read this picture, so it cannot take anything out of it. It can go only as the original.',
    drop: (name: string) => `Leave out ${isolated(name)}`,
    original: 'Send the original files as they are',
    originalText:
      'The originals go unchanged. A photo often holds the place where it was taken, the time, the camera, sometimes names.',
    cleanedText:
      'Only what one sees is sent: place, time, camera and everything else that the file holds is taken out on this device.',
    send: (pictures: number) => count(pictures, { one: 'Send # picture', other: 'Send # pictures' }),
    thumbnail: (name: string) => `Small view of ${isolated(name)}`,
    shown: (name: string) => `Picture ${isolated(name)}`,
    show: 'Show picture',
    hide: 'Hide picture',
  },
  voice: {
    label: 'Voice note',
    asking: 'Asking for the microphone. Your browser may ask you.',
    recording: 'Recording',
    stop: 'Stop recording',
    listen: 'Nothing has been sent yet. Listen to it first if you like.',
    drop: 'Drop the note',
    send: 'Send voice note',
    again: 'Try again',
    play: 'Play',
    pause: 'Pause',
    played: 'How far it was played',
    hear: 'Listen',
    said: (time: string) => `Voice note, ${time}`,
    problems: {
      denied: 'This page may not use the microphone. Allow it in the browser’s settings of this page, then try again.',
      none: 'No microphone was found, or another program holds it. Connect or free one, then try again.',
    },
  },
}
