/** The search index being made anew, in English. */
export const indexing = {
  label: 'The search index',
  done: (done: string, total: string, share: string) =>
    `${done} of ${total} messages (${share}). What you typed is looked for again once it is whole.`,
}
