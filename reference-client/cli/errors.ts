/** Errors in words for a person at a terminal. */
import type { Solo2Error } from '@solo2/sdk/node'

/** What happened, what it means, what to do: for the codes that a person at a terminal meets. */
const SENTENCES: Readonly<Partial<Record<Solo2Error['code'], string>>> = {
  wrong_password: 'user name and password do not match; nothing was changed',
  wrong_words: 'user name and words do not match; nothing was changed',
  former_password: 'password and words were changed elsewhere: open this vault once with the former password',
  weak_password: 'a password has 8 to 1,024 bytes',
  wrong_file: 'this is another file than the one that was offered',
  wrong_code: 'nobody has this code; compare it with the other side',
  own_code: 'this is your own code; give it to the other side, or ask for theirs',
  username_taken: 'this user name is taken; choose another, or log in',
  unauthenticated: 'the session is over; log in again',
  rate_limited: 'too many tries; wait before the next one',
  server_away: 'the server does not answer; open tunnels go on, new ones need it',
  contact_away: 'the contact is away; both must be online',
  no_path: 'no way between the two networks was found',
  no_mirror: 'this server has no mirror; nothing was changed',
  storage_locked: 'another program has this vault open; end it first',
  storage_damaged: 'the vault is damaged; nothing was changed',
  storage_newer: 'a newer version wrote this vault; update first',
  not_backup: 'this file is no backup; nothing was changed',
  foreign_backup: 'this backup is of another identity; nothing was changed',
  backup_cut: 'the backup ends too early, it was copied in part; nothing was changed',
  backup_damaged: 'a part of the backup does not open; nothing was changed',
  storage_full: 'the disk is full; nothing was half-written',
  storage_lost: 'the device key of this vault is gone: it opens nowhere any more; restore a backup',
  storage_failed: 'the disk could not be read or written',
  refused_file: 'the other side did not take the file',
}

export function sentence(error: Solo2Error): string {
  if (error.field === 'backup_password') return 'the password does not open the backup; nothing was changed'
  return SENTENCES[error.code] ?? error.message
}
