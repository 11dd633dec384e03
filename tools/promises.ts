/** The promises of the manifesto: IDs never change. Chapters, tests and the conformance suite cite them. */

export interface Promised {
  readonly id: string
  readonly text: string
}

export interface PromiseGroup {
  readonly title: string
  readonly promises: readonly Promised[]
}

export const PROMISES: readonly PromiseGroup[] = [
  {
    title: 'T. The tunnel',
    promises: [
      { id: 'T1', text: 'A private tunnel between two people, direct, no middlemen' },
      {
        id: 'T2',
        text: 'The server introduces two ends and holds only what that needs, in RAM, for the milliseconds it takes',
      },
      { id: 'T3', text: 'Nothing of an introduction is ever written to disk' },
      { id: 'T4', text: 'Once connected, the server is unnecessary' },
      { id: 'T5', text: 'A 10 GB file goes through; the server does not notice' },
      {
        id: 'T6',
        text: 'Signals are end-to-end encrypted to the recipient; the server can neither read nor modify them',
      },
      {
        id: 'T7',
        text: 'Each message has its own key, discarded after use; security heals with the next round, at most one second later in a bulk stream',
      },
      { id: 'T8', text: 'Where direct fails, a mirror server (TURN) is used; it sees only ciphertext' },
      { id: 'T9', text: 'All packets have one uniform size: a message cannot be told from a heartbeat' },
      { id: 'T10', text: 'The app always shows direct or mirror' },
      { id: 'T11', text: 'Own STUN; no outside service, ever' },
    ],
  },
  {
    title: 'A. The account, all that the server keeps',
    promises: [
      { id: 'A1', text: 'Username, plain, public by design' },
      {
        id: 'A2',
        text: 'Password: Argon2id on the server over something the client already stretched; the password itself is never sent',
      },
      {
        id: 'A3',
        text: 'Wrapped master key: opaque, exactly 80 bytes, encrypted under a key from the password; the server cannot open it',
      },
      { id: 'A4', text: 'Recovery fingerprint: SHA-256, 64 hex characters, reveals nothing of words or key' },
      { id: 'A5', text: 'Display name, changeable' },
      { id: 'A6', text: 'Pairing code: unique, about 10 characters, shareable like a phone number' },
      { id: 'A7', text: 'Account balance and bonus balance in cents; the bonus is consumed first' },
      { id: 'A8', text: 'Account type, 1 byte: standard, founder, platinum, admin' },
      { id: 'A9', text: 'Account state, 1 byte: active, trial, paused by the user, grace' },
      {
        id: 'A10',
        text: "Service cut-off mark: 0 in good standing; set by an administrator's suspension or when the balance reaches zero (start of grace); cleared by top-up or lifting",
      },
      { id: 'A11', text: 'Registration date and time, until the account is deleted' },
      { id: 'A12', text: 'Two internal identifiers, 24 random characters each, opaque' },
      {
        id: 'A13',
        text: 'Security version: which version of the password protection was used; old ones upgrade at login',
      },
      { id: 'A14', text: 'Status flags, 1 byte: balance changed, maximum security mode' },
      { id: 'A15', text: 'The complete record is about 400 bytes and there are no other fields' },
      { id: 'A16', text: 'Connection code (alias): 8 characters derived from the internal ID, permanent' },
      { id: 'A17', text: 'Public identity keys are published so that contacts can encrypt to them' },
      { id: 'S1', text: 'Session: only SHA-256 of the token is stored, with creation and expiry' },
      {
        id: 'S2',
        text: '24 hours, fixed, not renewed by use; the row is deleted at logout or expiry and no trace remains',
      },
      {
        id: 'R1',
        text: 'Pairing request: requester, recipient, status byte, creation time; deleted at once when accepted or refused, else after 3 days',
      },
      { id: 'R2', text: 'Once accepted, the server does not store the relationship' },
      {
        id: 'N1',
        text: 'Push subscriptions (Web Push): address and keys until disabled or deleted; notifications encrypted, content-free',
      },
      { id: 'F1', text: 'Feedback: message and user ID, until processed' },
      {
        id: 'M1',
        text: "Mirror credential: the identity becomes an irreversible fingerprint, fresh at each issue, so that two credentials of one account don't match; at most 24 hours",
      },
      {
        id: 'B1',
        text: 'Payment record: confirmation and amount, no payer data, no link to any account, kept permanently; what must link a running checkout to an account lives at most 30 minutes and goes in the transaction that credits',
      },
      {
        id: 'L1',
        text: 'IP addresses are never stored; logs hold irreversible keyed fingerprints; logs are deleted after 7 days',
      },
      { id: 'D1', text: 'Deleting the account removes every row of it, atomically' },
      { id: 'X1', text: "A full breach of the server yields only what the manifesto's section 6 lists" },
    ],
  },
  {
    title: "V. The vault, on the user's device",
    promises: [
      {
        id: 'V1',
        text: 'Messages, files, contacts, verification status, delivery status, pending queue: AES-256-GCM at rest',
      },
      { id: 'V2', text: 'Keys from the password by Argon2id, inside the browser; the password is never sent' },
      { id: 'V3', text: 'Search index holds only HMAC tokens; rebuilt from messages' },
      { id: 'V4', text: "256-bit master key as 24 words (BIP39), from the system's CSPRNG" },
      { id: 'V5', text: 'Device secret: a non-extractable second factor generated on install' },
      {
        id: 'V6',
        text: 'Password change re-wraps the key in milliseconds (besides the Argon2id runs): same identity, vault, contacts, words',
      },
      {
        id: 'V7',
        text: 'Lost password: the 24 words open the vault on this device with no server at all; on another device they open the account and backups',
      },
      { id: 'V8', text: 'Lost words: the password gets the wrapped key from the server' },
      { id: 'V9', text: 'Lost both: unrecoverable' },
      { id: 'V10', text: 'Encrypted backup export and import (Argon2id + AES-256-GCM)' },
      { id: 'V11', text: 'Readable copy: a standard ZIP, unencrypted, after a warning and the password' },
      { id: 'V12', text: "Clear my data: only this user's; others in the same browser are unaffected" },
      {
        id: 'V13',
        text: 'Emergency reset: everything, of all users, service worker and caches too; double confirmation',
      },
      { id: 'V14', text: 'After a wipe the identity is new; contacts must be asked to link again, and may refuse' },
      { id: 'V15', text: 'Two devices of one user sync both vaults when both are connected' },
      { id: 'V16', text: 'A device that lost its data is offered restoration from another, over a direct connection' },
      {
        id: 'V17',
        text: 'Only the listed items sit in localStorage/sessionStorage; nothing that opens the vault reaches the disk in any mode; maximum security mode ends with the tab',
      },
      { id: 'V18', text: 'Closing the tab drops all sensitive data from memory' },
      { id: 'V19', text: 'Contact verification (safety number, QR); key change raises an alarm' },
      { id: 'V20', text: 'GeoStamps are made on the device and sent only to the recipient' },
      { id: 'V21', text: 'The search, queue, delivery and history work without the server' },
    ],
  },
  {
    title: 'C. The client',
    promises: [
      {
        id: 'C1',
        text: 'Content security policy forbids every other origin; no third-party script, no analytics, no cookie for tracking; a payment is a top-level navigation, never a request of the app',
      },
      { id: 'C2', text: 'Themes, languages, app-version detection, installable, works offline' },
      { id: 'C3', text: 'Notifications when a contact wants to connect' },
      { id: 'C4', text: 'Messages written while the contact is away wait in the queue and go out when both are on' },
      {
        id: 'C5',
        text: "Invitations: a link or QR for someone without an account; what it carries (pairing code, identity fingerprint) sits in the URL's fragment and never reaches the server; pairing through it is verified from the start",
      },
    ],
  },
  {
    title: 'W. The landing page',
    promises: [
      {
        id: 'W1',
        text: 'Apart from the app; counts visits by page and day with no cookie, no address, no identification; the app has no such thing',
      },
    ],
  },
]

export const PROMISE_IDS: ReadonlySet<string> = new Set(
  PROMISES.flatMap((group) => group.promises.map((promise) => promise.id)),
)
