/** What the exit code tells a script. `solo2 help` prints the same table. */
import type { Culprit } from '@solo2/sdk/node'

export const EXIT = {
  ok: 0,
  unexpected: 1,
  unwell: 1,
  usage: 2,
  person: 3,
  server: 4,
  world: 5,
  peer: 6,
  interrupted: 130,
} as const

export const EXIT_CODES_TEXT = `Exit codes:
  0  done
  1  a fault of this program; doctor: something is wrong
  2  wrong use of the command line
  3  something typed is wrong: password, code, name taken
  4  the server refused
  5  the world: server or contact away, time over, no path, disk
  6  the other side refused, differs or broke the rules
130  stopped by a signal before it was done`

const BY_CULPRIT: Readonly<Record<Culprit, number>> = {
  bytes: EXIT.peer,
  peer: EXIT.peer,
  differs: EXIT.peer,
  caller: EXIT.usage,
  person: EXIT.person,
  server: EXIT.server,
  world: EXIT.world,
}

export function exitCodeOf(culprit: Culprit): number {
  return BY_CULPRIT[culprit]
}
