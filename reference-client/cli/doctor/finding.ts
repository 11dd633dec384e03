/** What `solo2 doctor` found at one thing that it looked at. */

export type Stage = 'program' | 'folder' | 'server' | 'account' | 'introduction' | 'addresses' | 'mirror' | 'path'

/** Everything that is looked at, with the stage that it belongs to. */
export const CHECKS = {
  node: 'program',
  native: 'program',
  webrtc: 'program',
  folder: 'folder',
  rights: 'folder',
  space: 'folder',
  name: 'server',
  tcp: 'server',
  tls: 'server',
  http: 'server',
  clock: 'server',
  session: 'account',
  socket: 'introduction',
  host: 'addresses',
  reflexive: 'addresses',
  mapping: 'addresses',
  choice: 'mirror',
  mirror: 'mirror',
  relay_udp: 'mirror',
  credential: 'mirror',
  relay_tcp: 'mirror',
  relay_tls: 'mirror',
  relayed: 'path',
} as const satisfies Readonly<Record<string, Stage>>

export type Check = keyof typeof CHECKS

/** A problem keeps something from working; a warning may, elsewhere or later. `untried`: something before it failed or is missing. */
export type Level = 'fine' | 'warning' | 'problem' | 'untried'

export interface Finding {
  readonly check: Check
  readonly level: Level
  /** What was seen, for a person. */
  readonly text: string
  /** What to try. */
  readonly remedy?: string
}

export interface Looker {
  readonly fine: (text: string) => Finding
  readonly warning: (text: string, remedy: string) => Finding
  readonly problem: (text: string, remedy: string) => Finding
  readonly untried: (text: string, remedy?: string) => Finding
}

export function looksAt(check: Check): Looker {
  const found = (level: Level) => (text: string, remedy?: string) => ({
    check,
    level,
    text,
    ...(remedy !== undefined && { remedy }),
  })
  return { fine: found('fine'), warning: found('warning'), problem: found('problem'), untried: found('untried') }
}

/** Why something of the system or of the network failed, in its own short word, such as ECONNREFUSED. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return String(code ?? message)
}
