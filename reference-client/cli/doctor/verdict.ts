/** The one cause to look at first, out of everything that was found. Paths are judged in the words of spec/06 section 14. */
import type { Diagnosis } from '@solo2/sdk/node'
import type { Check, Finding, Level } from './finding.js'

type PathVerdict = Extract<
  Diagnosis['advice'],
  'mirror_missing' | 'no_network' | 'mirror_unreachable' | 'no_mirror' | 'mirror_fails'
>

/** `untried`: nothing is wrong with what was tried, and paths were not. */
export type Verdict =
  | PathVerdict
  | 'program'
  | 'folder'
  | 'clock'
  | 'server'
  | 'account'
  | 'introduction'
  | 'rights'
  | 'untried'
  | 'fine'

/** What a problem there means. The first one counts: what stands above explains what stands below. */
const CAUSES: Readonly<Record<Check, Verdict>> = {
  node: 'program',
  native: 'program',
  folder: 'folder',
  space: 'folder',
  host: 'no_network',
  webrtc: 'program',
  // A certificate is judged by the clock.
  clock: 'clock',
  name: 'server',
  tcp: 'server',
  tls: 'server',
  http: 'server',
  session: 'account',
  socket: 'introduction',
  choice: 'mirror_missing',
  relay_udp: 'mirror_unreachable',
  relay_tcp: 'mirror_unreachable',
  relay_tls: 'mirror_unreachable',
  credential: 'mirror_fails',
  relayed: 'mirror_fails',
  mirror: 'no_mirror',
  mapping: 'no_mirror',
  reflexive: 'no_mirror',
  rights: 'rights',
}

const WORDS: Readonly<Record<Verdict, readonly [text: string, remedy?: string]>> = {
  program: ['this program does not run as it should on this machine', 'do what stands beside the problem above'],
  folder: ['the data folder cannot be used', 'do what stands beside the problem above, or say another --vault'],
  no_network: ['this device has no network address of its own', 'check its connection'],
  clock: [
    "this device's clock is wrong: certificates, invitations and times of messages go by it, and contacts may not be found",
    'set its date, time and time zone',
  ],
  server: [
    'the server is not reached from here; open tunnels go on, new ones need it',
    'compare the address, try another network, or ask who runs the server',
  ],
  account: ['the server is reached, and the account is not open', 'do what stands beside the problem above'],
  introduction: [
    'the server is reached, and its introduction socket is not: nobody can be met',
    'something between lets no WebSocket through, often a proxy or a virus scanner: try another network',
  ],
  mirror_missing: [
    'paths through the mirror were chosen, and this server has none: no tunnel opens',
    '`solo2 network --paths any`, if contacts may learn the address of this device',
  ],
  mirror_unreachable: [
    'the mirror does not answer from this network, which may block what is not the web',
    'try another network, such as that of a phone, or the web client: a browser goes to the mirror over TCP and TLS too',
  ],
  mirror_fails: ['the mirror answers and carries nothing', 'tell who runs the server: the mirror may be out of order'],
  no_mirror: [
    'your network blocks direct connections and no mirror is configured: no tunnel opens',
    'try another network, such as that of a phone, or ask who runs the server for a mirror',
  ],
  rights: [
    'tunnels can open, and others on this machine can read the data folder',
    'do what stands beside the problem above',
  ],
  untried: [
    'nothing is wrong as far as was tried; the mirror and the paths were not',
    'do what stands beside what is untried',
  ],
  fine: ['all is well: nothing here keeps a tunnel from opening'],
}

/** Without these nothing is known of paths. */
const NEEDED: readonly Check[] = ['session', 'socket', 'mirror', 'reflexive']

export function verdictOf(findings: readonly Pick<Finding, 'check' | 'level'>[]): Verdict {
  const has = (check: Check, level: Level) => findings.some((found) => found.check === check && found.level === level)
  const first = (Object.keys(CAUSES) as Check[]).find((check) => has(check, 'problem'))
  if (first !== undefined) return CAUSES[first]
  const isKnown = (check: Check) => has(check, 'fine') || has(check, 'warning')
  return NEEDED.every(isKnown) ? 'fine' : 'untried'
}

export function verdictText(verdict: Verdict): { readonly text: string; readonly remedy?: string } {
  const [text, remedy] = WORDS[verdict]
  return { text, ...(remedy !== undefined && { remedy }) }
}
