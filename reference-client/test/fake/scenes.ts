/** People and conversations for looking at screens: ordinary ones and hostile ones. */
import type { FileTransfer, Message } from '../../../sdk/src/client/api.js'
import type { PersonPlan } from './me.js'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

const hex = (digit: string): string => digit.repeat(64)

function said(
  contact: string,
  now: number,
  lines: readonly (readonly [
    ago: number,
    who: 'me' | 'them',
    what: string | Message['body'],
    state?: Message['state'],
  ])[],
): Message[] {
  return lines.map(([ago, who, what, state], index) => ({
    id: `${contact.slice(0, 8)}${index.toString(16).padStart(24, '0')}`,
    contact,
    outgoing: who === 'me',
    state: who === 'me' ? (state ?? 'delivered') : 'received',
    writtenAt: now - ago,
    position: index + 1,
    body: typeof what === 'string' ? { kind: 'text', text: what } : what,
    edited: false,
    reactions: {},
  }))
}

const file = (contact: string, fileId: string, name: string, size: number): Message['body'] => ({
  kind: 'file',
  file: `${contact.slice(0, 4)}${fileId}`,
  name,
  size,
})

export function people(now: number): PersonPlan[] {
  const [ana, ben, cleo, dana, eve, fay] = ['a', 'b', 'c', 'd', 'e', '1'].map(hex) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const transfers: FileTransfer[] = [
    {
      id: 'aaaaoffered',
      contact: ana,
      outgoing: false,
      name: 'map-17.pdf',
      size: 2_480_112,
      stage: 'offered',
      bytes: 0,
      stored: false,
    },
    {
      id: 'aaaamoving',
      contact: ana,
      outgoing: true,
      name: 'recording of the whole afternoon, uncut.flac',
      size: 734_003_200,
      stage: 'accepted',
      bytes: 298_844_160,
      stored: false,
    },
    {
      id: 'aaaadone',
      contact: ana,
      outgoing: false,
      name: 'telescope.jpg',
      size: 4_112_004,
      stage: 'complete',
      bytes: 4_112_004,
      stored: true,
    },
    {
      id: 'aaaano',
      contact: ana,
      outgoing: true,
      name: 'budget.ods',
      size: 88_120,
      stage: 'refused',
      bytes: 0,
      stored: false,
    },
  ]
  return [
    {
      id: ana,
      displayName: 'Ana Ribeiro',
      alias: '7K3M9QXA',
      state: 'connected',
      path: 'direct',
      verification: 'compared',
      build: 'same',
      transfers,
      messages: said(ana, now, [
        [DAY + 190 * MINUTE, 'them', 'Did you get the mount to hold still?'],
        [
          DAY + 188 * MINUTE,
          'me',
          'Almost. The counterweight was off by two hundred grams, which is embarrassing after three winters of doing this.',
        ],
        [DAY + 187 * MINUTE, 'me', 'Now it tracks.'],
        [DAY + 160 * MINUTE, 'them', file(ana, 'done', 'telescope.jpg', 4_112_004)],
        [42 * MINUTE, 'them', 'I have the map of the dark sites. Shall I send it?'],
        [40 * MINUTE, 'me', 'Please do.'],
        [39 * MINUTE, 'them', file(ana, 'offered', 'map-17.pdf', 2_480_112)],
        [12 * MINUTE, 'me', file(ana, 'no', 'budget.ods', 88_120)],
        [3 * MINUTE, 'me', file(ana, 'moving', 'recording of the whole afternoon, uncut.flac', 734_003_200)],
        [2 * MINUTE, 'me', 'This one is long, take your time.', 'sent'],
      ]),
    },
    {
      id: ben,
      displayName: 'Ben',
      alias: '2QWN8RHT',
      state: 'connected',
      path: 'mirror',
      build: 'another',
      messages: said(ben, now, [
        [3 * DAY, 'them', 'On the train, so the tunnel goes through the mirror.'],
        [130 * MINUTE, 'me', 'I see it on the badge. Works just as well.'],
        [55 * MINUTE, 'them', 'من فردا می‌آیم'],
        [54 * MINUTE, 'them', '<img src=x onerror=alert(1)> is only text here, and so is javascript:alert(1)'],
        [53 * MINUTE, 'them', { kind: 'unknown' }],
      ]),
    },
    {
      id: cleo,
      displayName: 'Cleo Adeyemi',
      alias: 'M4XK7D2P',
      state: 'away',
      path: 'unknown',
      messages: said(cleo, now, [
        [2 * DAY + 40 * MINUTE, 'them', 'Off to the island, no network there until Thursday.'],
        [200 * MINUTE, 'me', 'Then this waits here until you are back.', 'waiting'],
        [199 * MINUTE, 'me', 'The key is under the second pot.', 'waiting'],
      ]),
    },
    {
      id: dana,
      notice: true,
      displayName: 'Dana',
      alias: 'R7TB3YQC',
      state: 'connecting',
      path: 'unknown',
      messages: said(dana, now, [[5 * DAY, 'me', 'See you there.']]),
    },
    {
      id: eve,
      displayName:
        'Evil\u202Etxt.exe \u2067Bob A\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u030d',
      alias: 'X9X9X9X9',
      state: 'away',
      path: 'unknown',
      messages: said(eve, now, [
        [
          9 * DAY,
          'them',
          'Z\u0351\u036b\u0343\u0363a\u0308\u0303\u0300l\u0306\u0307\u0308g\u0309\u030a\u030bo\u0300\u0301\u0302\u0303\u0304\u0305 \u202Ereversed',
        ],
      ]),
    },
    { id: fay, displayName: 'Fay', alias: 'H2H2H2H2', state: 'asked', path: 'unknown' },
  ]
}

export const requests = [
  { displayName: 'Noor el-Amin', alias: '9CQ2TR6H' },
  { displayName: 'Ana Ribeiro', alias: 'P3P3P3P3' },
]
