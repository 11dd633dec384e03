/** What the server holds in memory only and never writes (spec/05 section 8, second table). */

export interface Held {
  readonly what: string
  readonly why: string
  readonly protection: string
  readonly kept: string
  readonly promise: string
}

export const HELD_IN_MEMORY: readonly Held[] = [
  {
    what: 'times of calls, by client fingerprint, internal identifier or hash of a wake token',
    why: 'rate limits',
    protection: 'fingerprints are keyed for a day',
    kept: 'the window of the limit, a day at most',
    promise: 'L1',
  },
  {
    what: 'key of client fingerprints, 32 bytes',
    why: 'logs and limits without addresses',
    protection: 'random',
    kept: 'a UTC day',
    promise: 'L1',
  },
  {
    what: 'key of mirror user names, 32 bytes',
    why: 'credentials that lead to nobody',
    protection: 'random',
    kept: 'a UTC day',
    promise: 'M1',
  },
  {
    what: 'admission tickets, 32 bytes each',
    why: 'to open an introduction socket',
    protection: 'no word of who drew them',
    kept: 'one use, or 60 seconds',
    promise: 'T2',
  },
  {
    what: 'topics of open introduction sockets, 16 bytes each',
    why: 'to pass signals on',
    protection: 'pseudorandom, another one each day',
    kept: 'while the socket is open',
    promise: 'T2',
  },
  {
    what: 'held signals, 4,096 bytes each',
    why: 'for the one who comes second',
    protection: 'sealed to the recipient',
    kept: 'until delivered, or 60 seconds',
    promise: 'T2',
  },
  {
    what: 'push subscriptions that are being notified, as in their table',
    why: 'to send, and to wait where a push service asks for it',
    protection: 'as in their table; not who woke',
    kept: 'until answered, three hours at most',
    promise: 'N1',
  },
]
