/** Backup, readable copy, storage and diagnosis, in English. */
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'en'>): string => plural('en', value, forms)

export const safekeeping = {
  title: 'Safekeeping',
  open: 'Backup and storage',
  openText:
    'Your data is on this device only. Here you copy it, bring it back, and see what the browser promises about it.',
  unknown: 'not told',
  storage: {
    title: 'Storage in this browser',
    persisted: 'Kept until you delete it',
    notPersisted: 'May be cleared when the disk gets full',
    promise: 'The browser’s promise',
    used: 'Used',
    quota: 'Room',
    lastBackup: 'Last backup',
    never: 'never',
    isPrivate:
      'This looks like a private window. What is kept here goes when its last window is closed: make a backup before that.',
    ask: 'Ask the browser to keep it',
    askText:
      'Without its promise the browser may delete your vault when the disk is full, or after weeks without a visit.',
    refused:
      'The browser said no. It often agrees once the app is installed or notifications are on. A backup protects you meanwhile.',
  },
  gone: {
    title: 'The vault of this browser is gone',
    text: 'Solo2 was used here, and your contacts, messages and files are no longer here. Browsers delete what pages keep when the disk is full or after weeks without a visit; somebody may also have cleared it. Your account is not touched.',
    help: 'Log in with your password or your 24 words: they open the account, but do not hold the history. That comes from another device of yours, which you join, or from a backup. Choose one of them before you start anew: after that neither fits any more. Without either it is lost, and you start anew.',
  },
  backup: {
    title: 'Backup',
    due: 'A backup is due. If this device is lost, only a backup or another device of yours brings your history back.',
    text: 'One encrypted file with your identity, contacts, messages and files, under a password of its own. Keep it somewhere else than this device.',
    open: 'Make a backup',
    password: 'Password of the backup',
    passwordHint:
      'At least 8 characters. It opens this file and nothing else: without it the file is worthless, also to you.',
    again: 'The same password again',
    differs: 'The two passwords differ. Type both again.',
    go: 'Write the backup',
    done: (contents: string) => `The backup is written, and was read again to be sure: ${contents}.`,
  },
  import: {
    title: 'Bring a backup back',
    text: 'Adds what this vault lacks. What is here stays, and nothing is doubled. Only a backup of your own identity is taken.',
    open: 'Choose a backup',
    file: 'Backup file',
    needFile: 'Choose the file first.',
    go: 'Bring it back',
    nothing: 'Everything of this backup was here already. Nothing was changed.',
    done: (contents: string) => `Added: ${contents}.`,
    wrongPassword: {
      title: 'This password does not open the backup',
      text: 'It has a password of its own, chosen when it was made. Check capitals and blanks at the ends. Nothing was changed.',
    },
    damagedAt: (position: string) => `The damage begins at byte ${position} of the file.`,
  },
  copy: {
    title: 'Readable copy',
    text: 'A ZIP archive with all messages as pages, text and JSON, and your files. It needs no Solo2 to be read.',
    warning:
      'It is not encrypted. Whoever gets this file reads everything: keep it where only you are, and delete it when you have used it.',
    open: 'Make a readable copy',
    password: 'Your password',
    go: 'Write it unencrypted',
    done: (contents: string) => `The copy is written, and was read again to be sure: ${contents}.`,
  },
  left: (files: number) =>
    count(files, {
      one: '# file is not in it: this vault could not read it.',
      other: '# files are not in it: this vault could not read them.',
    }),
  counts: {
    contacts: (value: number) => count(value, { one: '# contact', other: '# contacts' }),
    messages: (value: number) => count(value, { one: '# message', other: '# messages' }),
    files: (value: number) => count(value, { one: '# file', other: '# files' }),
  },
  stages: {
    keys: 'Making the key from the password',
    writing: (size: string) => `Writing: ${size}`,
    checking: (size: string) => `Reading it again: ${size}`,
    merging: (size: string) => `Adding what is missing: ${size}`,
  },
  diagnosis: {
    title: 'Diagnosis',
    text: 'A file for whoever helps you: versions, what this browser can do, figures and error codes. No names, messages, addresses or keys are in it. Look at it before you send it.',
    go: 'Save the diagnosis',
  },
  copyWords: {
    title: 'Readable copy',
    warning: 'This copy is not encrypted: whoever has it can read it.',
    utc: 'Times are in UTC.',
    madeAt: 'Made at',
    username: 'Username',
    code: 'Connection code',
    server: 'Server',
    contact: 'Contact',
    verified: 'verified',
    unverified: 'not verified',
    notes: 'Note to self',
    messages: 'Messages',
    files: 'Files',
    nobody: 'There are no contacts.',
    answer: 'answer to an earlier message',
    edited: 'edited',
    deleted: 'deleted',
    unknown: 'of a kind that this version did not know',
    place: 'Place',
    timer: 'From here on messages are kept for so many seconds:',
    timerOff: 'From here on messages are kept without end.',
    file: 'File',
    bytes: 'bytes',
    notKept: 'its bytes were not on this device',
    contents: 'All contacts',
  },
}
