/** What another app shared, in English. */
export const share = {
  title: 'Send to',
  text: 'Nothing is sent yet. Text goes where you write, pictures are shown to you first. Other files are offered at once to whom you choose.',
  nobody: 'There is nobody to send this to yet. Cancel, add a contact, then share it again.',
  search: 'Find a contact',
  notFound: 'No contact has this in the name.',
  note: {
    waiting: 'Something was shared with Solo2. Open your vault, then choose to whom it goes.',
    gone: 'What was shared is not here any more: it is kept in memory only, and the browser let it go. Nothing was sent. Share it again.',
    too_large:
      'What was shared is too large: 32 MB, 32 files and 65,536 characters are the most. Nothing was taken. Open the conversation and attach it there.',
  },
}
