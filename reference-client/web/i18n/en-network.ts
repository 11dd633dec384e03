/** Paths and pace, and why nobody was reached, in English. */
import { isolated } from '../text.js'
import { type Forms, plural } from './plural.js'

const count = (value: number, forms: Forms<'en'>): string => plural('en', value, forms)

export const network = {
  title: 'Network of this device',
  paths: {
    title: 'Paths to contacts',
    choices: {
      any: 'Any path',
      mirrorUntilVerified: 'Through the mirror until verified',
      mirror: 'Through the mirror only',
    },
    means: {
      any: 'Direct where it is possible: the fastest. A contact then learns the network address of this device.',
      mirrorUntilVerified:
        'Whom you have not verified reaches you through the mirror and does not learn the network address of this device.',
      mirror:
        'No contact learns the network address of this device. Everything goes through the mirror, which sees sealed packets only, and is slower.',
    },
  },
  pace: {
    title: 'When packets leave',
    choices: { normal: 'At once', metered: 'At once, and little besides', constant: 'At a constant rate' },
    means: {
      normal: 'What there is to send leaves at once. An observer of the network sees when, not what.',
      metered: 'For paid data: while nothing is said, half as many packets keep the tunnel open.',
      constant:
        'Two packets leave each second whether you say something or not, so that the times tell nothing either. It costs 29 MB an hour and contact, and files move at 8 KB a second. It hides what you send; your contact hides the rest by the same choice.',
    },
  },
}

export const diagnosis = {
  title: (time: string) => `What was tried at ${time}`,
  reached: 'It came to',
  own: 'This device offered',
  theirs: 'The other side offered',
  nothing: 'nothing yet',
  stage: {
    gathering: 'finding own addresses',
    answer: 'waiting for the other side',
    path: 'looking for a path',
    handshake: 'agreeing on keys',
  },
  addresses: (value: number) => count(value, { one: '# own address', other: '# own addresses' }),
  publicAddresses: (value: number) => count(value, { one: '# public address', other: '# public addresses' }),
  relay: { yes: 'the mirror', no: 'no mirror' },
  advice: {
    mirror_missing: () =>
      'You chose paths through the mirror, and this server has none. Choose another kind of path in the settings.',
    no_network: () => 'This device found no network address of its own. Check its connection.',
    no_answer: (name: string) =>
      `${isolated(name)} was there and did not answer in time. It is tried again by itself; if it stays so, their network may be the cause.`,
    mirror_unreachable: () =>
      'The mirror does not answer from this network: it may block what is not the web. Another network, such as that of a phone, can help.',
    no_mirror: () =>
      'One of your two networks blocks direct connections, and this server has no mirror. Another network can help, or the operator can set a mirror up.',
    mirror_fails: () =>
      'No path was found although a mirror was offered. It is tried again by itself; if it stays so, the mirror may be out of order.',
    handshake: (name: string) =>
      `A path stood, and the keys did not agree in time. It is tried again by itself; if it stays so, compare the numbers with ${isolated(name)}.`,
  },
}
