/** Own devices, joining one, starting anew, in English. */
import { isolated } from '../text.js'

export const devices = {
  title: 'Devices',
  open: 'Devices and sync',
  openText: 'The devices of this account, and a code that lets a new one in.',
  yours: 'Your devices',
  what: 'All of them hold the same contacts and messages. They meet directly and encrypted; the server only introduces them.',
  only: 'Only this one so far. With a second one, your messages do not depend on this device alone.',
  unnamed: 'Device without a name',
  here: 'this device',
  connected: 'connected',
  seen: (when: string) => `last met ${when}`,
  never: 'not met yet',
  rename: 'Rename',
  renameOf: (name: string) => `Rename ${isolated(name)}`,
  name: 'Name of the device',
  nameHint: 'Only your own devices see it.',
  needName: 'Choose a name of at most 64 bytes.',
  save: 'Save',
  remove: 'Remove',
  removeOf: (name: string) => `Remove ${isolated(name)}`,
  removeAsk: (name: string) =>
    `${isolated(name)} gets nothing new from your other devices from now on. It keeps what it has: the messages until now, and the keys with which it can go on talking to your contacts as you. If it was lost or stolen, also make new words, then erase this account here and start anew, so that your contacts get a new key.`,
  removeGo: 'Remove it',
  add: {
    title: 'Add a device',
    text: 'Log in there with your username and password, choose “Join another device”, and enter the code that this device shows.',
    go: 'Show a code',
    starting: 'Making the code',
    words: 'Six words for the new device',
    qrLabel: 'QR code of the six words',
    until: (time: string) => `Good until ${time}, for one device and one try.`,
    waiting: 'Waiting for the new device',
    asked: (name: string) =>
      `A device that calls itself ${isolated(name)} has shown the code. If it is the one before you, let it in: it gets your identity, contacts and messages.`,
    approve: 'Let it in',
    refuse: 'Not this one',
    approving: 'Handing over',
    added: (name: string) =>
      `${isolated(name)} is in. It fetches everything from here; keep both open until it is done.`,
    over: {
      wrong_code: {
        title: 'Another code was tried',
        text: 'A code is good for one try, so this one is over. If that was you, show a new one and compare each word; if not, somebody who knows your password tried: change it.',
      },
      timeout: {
        title: 'The code has run out',
        text: 'It was good for ten minutes. Show a new one when the other device is ready.',
      },
    },
  },
  sync: {
    title: 'Fetching from your other device',
    left: (items: string) =>
      `${items} still to come. It goes on by itself when it is interrupted, also without the server.`,
  },
  undecided: {
    title: 'This account lives on another device',
    lead: 'Its messages, contacts and keys are not at the server. How shall this device get them?',
    join: 'Join another device',
    joinText: 'You have a device at hand that is logged in. Everything comes from there, encrypted, device to device.',
    backup: 'From a backup',
    backupText: 'You kept a backup file and know its password. Identity, contacts, messages and files come from it.',
    anew: 'Start anew',
    anewText: 'No device and no backup is left. This account begins empty here, with a new key.',
    later: 'Not now',
    laterText: 'Nothing is published before you decide.',
    form: {
      title: 'Join another device',
      lead: 'On the other device: Settings, Devices and sync, Show a code.',
      code: 'The six words',
      codeHint: 'In their order. Capitals make no difference.',
      scan: 'Scan instead',
      go: 'Join',
      searching: 'Looking for the other device. When it shows this device’s name, let it in there.',
      wrong: {
        title: 'This is not the code',
        text: 'A code is six words, good for one try and ten minutes. Show a new one on the other device, and compare each word.',
      },
      timeout: {
        title: 'The other device was not found',
        text: 'Both must be online and unlocked. Show a new code there and try again.',
      },
    },
    restore: {
      title: 'Restore from a backup',
      lead: 'Choose the file that was made under Backup on a device of this account. Its password is its own, not the account’s.',
      go: 'Restore',
    },
    fresh: {
      title: 'Start anew',
      contacts:
        'Your contacts are warned that your key has changed. You have to ask each of them anew, and they may refuse.',
      others:
        'Your other devices, if there are any, keep what they have, and no longer belong to this account’s identity.',
      lost: 'Messages that were only there do not come here. A backup could still bring them; after this step, it no longer fits.',
      go: 'Start anew with a new key',
      working: 'Publishing the new key',
    },
  },
}
