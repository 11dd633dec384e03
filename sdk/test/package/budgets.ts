/**
 * What each public entry may cost its reader, as data: bytes after bundling, minifying and `gzip -9`, all of the
 * entry's dependencies included. A budget leaves about 3 % above what was measured when it was set, so that growth is a
 * decision. `./node` has none, since it is never downloaded by a page, nor has `./testing`, which is for tests.
 */

export interface Budget {
  readonly name: string
  /** An outsider's code, or a file of the package that the package itself starts. */
  readonly source: { readonly code: string } | { readonly file: string }
  /** What a page loads before its first call. */
  readonly atOnce: number
  /** With what it may load later, by `import()`. */
  readonly inAll: number
}

export const BUDGETS: readonly Budget[] = [
  {
    name: 'browser',
    source: { code: `import { Solo2 } from '@solo2/sdk'; console.log(Solo2)` },
    atOnce: 101_000,
    inAll: 352_000,
  },
  {
    name: 'core',
    source: { code: `import * as core from '@solo2/sdk/core'; console.log(core)` },
    atOnce: 62_500,
    inAll: 62_500,
  },
  {
    name: 'one step of core',
    source: { code: `import { seal } from '@solo2/sdk/core'; console.log(seal)` },
    atOnce: 8_100,
    inAll: 8_100,
  },
  {
    name: 'shared',
    source: { code: `import * as shared from '@solo2/sdk/shared'; console.log(shared)` },
    atOnce: 35_500,
    inAll: 35_500,
  },
  { name: 'argon2-worker', source: { file: 'argon2-worker.js' }, atOnce: 13_200, inAll: 13_200 },
  { name: 'opfs-worker', source: { file: 'opfs-worker.js' }, atOnce: 580, inAll: 580 },
]
