/** What can go wrong, in English: what happened, what it means, what to do. The code is shown beside, for the curious. */
import type { ErrorCode } from '../sdk.js'
import type { Missing } from '../state.js'

interface Told {
  readonly title: string
  readonly text: string
}

export const errors: {
  readonly code: Partial<Record<ErrorCode | 'unexpected', Told>>
  readonly culprit: Record<string, Told>
} = {
  code: {
    wrong_password: {
      title: 'Username or password is wrong',
      text: 'Check both, also capitals and blanks at the ends. The server does not tell which of the two it was.',
    },
    former_password: {
      title: 'This device needs your former password once',
      text: 'Password and words were both changed on another device. Open the vault here with the password or words that it had, then sign in with the present password.',
    },
    weak_password: {
      title: 'This password is too short',
      text: 'It protects your vault if this device falls into other hands. Use at least 8 characters, better several words.',
    },
    wrong_words: {
      title: 'These are not the words',
      text: 'The 24 words do not fit together. Compare each one and their order with your paper.',
    },
    wrong_file: {
      title: 'This is another file',
      text: 'The one that was offered had other bytes. Choose that one, as it was; or cancel, and offer this one anew.',
    },
    wrong_code: {
      title: 'Nobody has this code',
      text: 'Compare it with the other person, character by character. There is no letter I, L, O or U in a code.',
    },
    own_code: {
      title: 'This is your own code',
      text: 'A tunnel needs two people. Give this code to the other person, or enter theirs.',
    },
    username_taken: {
      title: 'This username is taken',
      text: 'Usernames are unique on this server. Choose another one.',
    },
    unauthenticated: {
      title: 'Your session has ended',
      text: 'Sessions last 24 hours. Log in again; open tunnels go on meanwhile.',
    },
    permission_denied: {
      title: 'The server refused this',
      text: 'This account may not do that now.',
    },
    not_found: {
      title: 'Not there any more',
      text: 'What this was about has been answered, has expired or was deleted. Requests are deleted after 3 days.',
    },
    already_exists: {
      title: 'This exists already',
      text: 'It was made before, perhaps on another device or in another tab.',
    },
    failed_precondition: {
      title: 'Not possible now',
      text: 'Something else has to happen first. Try again in a moment.',
    },
    rate_limited: {
      title: 'Too many tries',
      text: 'The server limits tries, so that nobody can guess passwords or codes. Wait a little.',
    },
    unavailable: {
      title: 'The server is busy',
      text: 'It answers, but cannot do this now. Try again in a moment.',
    },
    unimplemented: {
      title: 'The server does not know this',
      text: 'It runs an older version than this page. Its operator can update it.',
    },
    internal: {
      title: 'The server failed',
      text: 'The fault is on its side. Nothing of yours is lost. Try again later, or tell its operator.',
    },
    server_away: {
      title: 'The server does not answer',
      text: 'It is down, or this device is offline. Open tunnels go on; everything else waits. Check your connection.',
    },
    contact_away: {
      title: 'The other device is not here',
      text: 'Both must be online to meet. What you write waits and goes out by itself.',
    },
    no_path: {
      title: 'No way between your two networks',
      text: 'Neither a direct way nor the mirror worked. It is tried again by itself; another network can help.',
    },
    no_mirror: {
      title: 'This server has no mirror',
      text: 'Nobody could reach you then, so the choice was not changed. The operator of the server can set a mirror up.',
    },
    path_lost: {
      title: 'The path was lost',
      text: 'One of you changed or lost the network. It is being found again by itself; nothing is lost.',
    },
    timeout: {
      title: 'This took too long',
      text: 'There was no answer in time. Try again.',
    },
    key_changed: {
      title: 'This contact’s key has changed',
      text: 'Either they set up Solo2 anew, or someone is between you. Ask them by another way before you go on.',
    },
    unsupported_version: {
      title: 'Your versions do not fit together',
      text: 'One of you has an older Solo2. Load the page again on both sides.',
    },
    busy: {
      title: 'In use on another device',
      text: 'Your contact is connected with another device of yours, or the other way round. One tunnel at a time.',
    },
    peer_left: {
      title: 'The other side left',
      text: 'They closed or locked Solo2. The tunnel comes back when they do.',
    },
    refused_file: {
      title: 'The file was refused',
      text: 'The other person did not want this file. None of its content left your device.',
    },
    hash_mismatch: {
      title: 'The file is not what was offered',
      text: 'A part that arrived differs from what was promised, so it was stopped. Ask for the file again.',
    },
    too_long: {
      title: 'This is too long',
      text: 'It is longer than what one message may hold. Shorten it, or send it as a file.',
    },
    out_of_memory: {
      title: 'Not enough memory',
      text: 'Making a key from your password needs memory that this device did not give. Close other tabs and try again.',
    },
    storage_failed: {
      title: 'This device could not read or write',
      text: 'The disk may be full, or a file was changed or moved. Nothing was half-saved. Make room and try again.',
    },
    storage_full: {
      title: 'There is no room left',
      text: 'The disk, or what the browser gives this page, is used up. Nothing was half-saved. Delete files that you do not need, then try again.',
    },
    storage_lost: {
      title: 'The key of this vault is gone',
      text: 'The vault is here, but this browser has lost the key that belongs to it, so it opens nowhere any more. Bring your data back from a backup or from another device of yours.',
    },
    storage_damaged: {
      title: 'The vault on this device is damaged',
      text: 'Part of it cannot be opened with its key. Do not delete anything; a backup or your other device can restore it.',
    },
    storage_newer: {
      title: 'This vault belongs to a newer version',
      text: 'It was written by a newer Solo2. Load the page again to get it. Nothing was touched.',
    },
    not_backup: {
      title: 'This file is no backup',
      text: 'Choose the file that Solo2 wrote when the backup was made. Nothing was changed.',
    },
    foreign_backup: {
      title: 'This backup is of somebody else',
      text: 'It holds another identity than the one of this account. Nothing was changed.',
    },
    backup_cut: {
      title: 'The backup is incomplete',
      text: 'Its end is missing: it was copied only in part. Copy it again or choose another. Nothing was changed.',
    },
    backup_damaged: {
      title: 'The backup is damaged',
      text: 'A part of it does not open, so nothing of it was taken. Choose another copy. Nothing was changed.',
    },
    storage_locked: {
      title: 'The vault is open in another tab',
      text: 'Only one tab may write to it, so that nothing is lost. Close the other one.',
    },
    broken_platform: {
      title: 'This browser computes wrongly',
      text: 'A check of its cryptography gave a wrong result, so nothing was made with it. Update the browser or use another one.',
    },
    invalid_argument: {
      title: 'Something was not filled in rightly',
      text: 'Check what you entered.',
    },
    unknown_device: {
      title: 'A device of yours wants to come in',
      text: 'It was not let in yet. If it is yours, let it in by a code.',
    },
    too_many_failures: {
      title: 'Somebody disturbs the introduction',
      text: 'Too many signals could not be opened, so they are ignored for a while. Nobody could read anything.',
    },
    unexpected: {
      title: 'Something failed that should not',
      text: 'This is a fault of this page. Your data is safe in the vault. Load the page again; if it comes back, report it.',
    },
  },
  culprit: {
    bytes: {
      title: 'Something arrived damaged',
      text: 'It was not what it should be and was dropped whole. If it repeats, one side may need an update.',
    },
    peer: {
      title: 'The tunnel was closed for safety',
      text: 'The other side sent what the rules forbid, so nothing of it was taken. A new tunnel is built by itself.',
    },
    differs: { title: 'The other side differs', text: 'The other side could not go on with this. Try again later.' },
    caller: {
      title: 'This did not fit',
      text: 'It is not possible in this state. Load the page again if it stays so.',
    },
    person: { title: 'Check what you entered', text: 'Something of it was not right.' },
    server: { title: 'The server refused this', text: 'Try again later.' },
    world: { title: 'This did not work now', text: 'Something outside failed. Try again.' },
  },
}

export const missing: Record<Missing, Told> = {
  secure_context: {
    title: 'A secure page',
    text: 'The page came without TLS from another machine, and browsers give no cryptography to such pages. Open it by https, or by http://localhost on the same machine.',
  },
  storage: {
    title: 'Storage for this site',
    text: 'Site data is blocked or this is a private window, so the vault would have nowhere to live. Use a normal window and allow site data for this page.',
  },
  device_key: {
    title: 'A key that stays in the browser',
    text: 'This window cannot keep a key that nobody can copy out. Private windows of some browsers behave so: use a normal window.',
  },
  locks: {
    title: 'One writer at a time',
    text: 'The browser is too old to keep two tabs from writing into one vault. Update it.',
  },
  webrtc: {
    title: 'Connections between two people',
    text: 'WebRTC is switched off or missing, and without it there is no direct tunnel. Switch it on, or look at extensions that block it.',
  },
  wasm: {
    title: 'WebAssembly',
    text: 'It is needed to make a strong key from your password. Some strict modes switch it off: allow it for this page.',
  },
  workers: {
    title: 'Background workers',
    text: 'They are needed for slow computations. Update the browser.',
  },
}
