/**
 * How many random cases each kind of test runs: one place, two columns. `TEST_LONG=1` (npm run test:long) chooses the
 * long one. A test names its row; numbers given directly follow the same switch.
 */

const TABLE = {
  /** A property over pure bytes: microseconds a case. */
  'property.bytes': [1_000, 100_000],
  /** A property whose case seals, opens or derives: about a millisecond. */
  'property.sealing': [100, 10_000],
  /** A property whose case does public-key work: tens of milliseconds. */
  'property.key-agreement': [20, 1_000],
  /** A property whose case drives two whole machines through a run. */
  'property.run': [10, 500],
  /** Hostile bytes against a decoder. */
  'hostile.decoder': [20_000, 2_000_000],
  /** Hostile messages against a live ratchet or handshake. */
  'hostile.machine': [2_000, 200_000],
  /** Hostile frames on the introduction socket and the tunnel of real processes. */
  'hostile.socket': [100_000, 1_000_000],
  /** Hostile requests on the account plane's door of a real process. */
  'hostile.account-door': [100_000, 1_000_000],
} as const satisfies Record<string, readonly [short: number, long: number]>

export type CaseName = keyof typeof TABLE

/** Whether this is the long run. */
function isLong(): boolean {
  return process.env['TEST_LONG'] === '1'
}

export function cases(name: CaseName): number
export function cases(short: number, long: number): number
export function cases(nameOrShort: CaseName | number, long?: number): number {
  const [short, many] = typeof nameOrShort === 'number' ? [nameOrShort, long ?? nameOrShort] : TABLE[nameOrShort]
  return isLong() ? many : short
}
