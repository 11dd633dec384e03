/** Notes to oneself, in English. */
export const notes = {
  title: 'Note to self',
  lead: 'Only you, on your devices',
  details: 'About your notes',
  empty:
    'Nothing noted yet. What you write here is kept for you alone: encrypted on this device, on your other devices and in your backups. It is sent to nobody.',
  beginning: 'This is the beginning. What you note is on your own devices and nowhere else.',
  composer: { label: 'Note to self', placeholder: 'Note', send: 'Keep' },
  menu: {
    remove: 'Delete',
    removeAsk: 'Delete this note here and on your other devices? Nothing of it stays, and it cannot be brought back.',
    removeGo: 'Delete now',
  },
  place: {
    preview: 'This is what would be kept with your notes, for you alone.',
    sendIt: 'Keep this place',
  },
  chosen: 'In your list',
  timerText: 'For what you note from now on. Each of your devices deletes it after that time by its own clock.',
  where: 'Where your notes are',
  stored: [
    'On this device, encrypted: your notes.',
    'On your other devices: the same, as soon as two of them meet.',
    'On the server: nothing.',
  ],
  write: 'Back to the notes',
}
