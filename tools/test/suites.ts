/**
 * The suites of `npm test`, in order, as data. A Vitest suite is a project of vitest.config.ts with the same name; a
 * command suite is one process whose exit code is its verdict, or which reports counts in a last line `N passed, N failed`.
 */

export interface VitestSuite {
  readonly kind: 'vitest'
  readonly name: string
  /** Globs from the repository's root. */
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
  /** Longest time of one test, in milliseconds; what takes longer is broken. */
  readonly testTimeoutMs: number
  readonly budgetSeconds: number
  /** Test files at once: 1 where tests start browsers or measure. */
  readonly workers: number
  /**
   * False: files of one worker share what they import, which halves the time of small ones. Then no file may change what
   * another one sees: no mocked modules, no changed globals.
   */
  readonly isolate?: false
  /** Files that take longest, from the repository's root: they begin first, so that at the end nobody waits for one of them. */
  readonly longest?: readonly string[]
  /** Runs once before its files, and after them. */
  readonly setup?: string
  /** Runs before each of its files, whatever they share. */
  readonly setupOfFile?: string
}

export interface CommandSuite {
  readonly kind: 'command'
  readonly name: string
  /** What it shows, with promise IDs in brackets as in any test's title. */
  readonly title: string
  readonly command: readonly string[]
  /** The file without which the command cannot run. */
  readonly needs: string
  readonly budgetSeconds: number
}

export type Suite = VitestSuite | CommandSuite

const SCENARIOS = [
  'sdk/test/scenario/**/*.test.ts',
  'tools/{readme,verify-client}/**/*.test.ts',
  'sdk/test/examples/**/*.test.ts',
  'conformance/test/server-cases.test.ts',
  'conformance/test/live.test.ts',
]

const isLong = process.env['TEST_LONG'] === '1'
/** Projects of strangers: the long ones ask a registry, and build whole releases. */
const PACKAGES = ['tools/release/test/*.test.ts']
const LONG_PACKAGES = ['tools/release/test/*.long.ts']
/** The documentation site, built whole. */
const LONG_PAGES = ['reference-client/test/e2e/*.long.ts']

/** Each mutant meets its tests: some four thousand. */
const MUTATION: CommandSuite = {
  kind: 'command',
  name: 'mutation',
  title: 'tests notice when the code of ratchet, handshake, frames or introduction is changed in one place',
  command: ['tsx', 'tools/mutation/main.ts'],
  needs: 'tools/mutation/main.ts',
  budgetSeconds: 1800,
}

export const SUITES: readonly Suite[] = [
  {
    kind: 'vitest',
    name: 'unit',
    include: ['{proto,sdk,conformance,tools,landing}/**/*.test.ts'],
    exclude: [...SCENARIOS, ...PACKAGES],
    testTimeoutMs: 60_000,
    budgetSeconds: 80,
    workers: 2,
    isolate: false,
  },
  {
    kind: 'vitest',
    name: 'client',
    include: ['reference-client/**/*.test.{ts,tsx}'],
    exclude: ['reference-client/test/e2e/**'],
    testTimeoutMs: 30_000,
    budgetSeconds: 10,
    workers: 2,
    isolate: false,
  },
  {
    kind: 'vitest',
    name: 'server',
    include: ['reference-server/**/*.test.ts'],
    setupOfFile: 'reference-server/test/clean-up.ts',
    testTimeoutMs: 120_000,
    budgetSeconds: 150,
    workers: 2,
    isolate: false,
  },
  {
    kind: 'vitest',
    name: 'scenario',
    include: SCENARIOS,
    longest: [
      'sdk/test/scenario/wire-lengths.test.ts',
      'tools/readme/snippets.test.ts',
      'sdk/test/scenario/hostile-tunnel.test.ts',
      'sdk/test/scenario/sigkill.test.ts',
      'sdk/test/scenario/blindness/memory-image.test.ts',
      'sdk/test/scenario/hostile-socket.test.ts',
      'sdk/test/scenario/bad-network.test.ts',
      'sdk/test/examples/browser.test.ts',
    ],
    testTimeoutMs: 120_000,
    budgetSeconds: 230,
    workers: 2,
  },
  {
    kind: 'vitest',
    name: 'e2e',
    include: ['reference-client/test/e2e/**/*.e2e.ts', ...(isLong ? LONG_PAGES : [])],
    longest: [
      'reference-client/test/e2e/account-commands.e2e.ts',
      'reference-client/test/e2e/exchange.e2e.ts',
      'reference-client/test/e2e/screens-account.e2e.ts',
      'reference-client/test/e2e/screens-people.e2e.ts',
      'reference-client/test/e2e/own-devices.e2e.ts',
      'reference-client/test/e2e/screens-exchange.e2e.ts',
    ],
    setup: 'reference-client/test/e2e/setup.ts',
    testTimeoutMs: 180_000,
    budgetSeconds: 270,
    workers: 2,
  },
  {
    kind: 'vitest',
    name: 'network',
    include: ['reference-client/test/network/**/*.e2e.ts'],
    longest: [
      'reference-client/test/network/soak/soak.e2e.ts',
      'reference-client/test/network/times.e2e.ts',
      'reference-client/test/network/big-file.e2e.ts',
      'reference-client/test/network/chat-beside-file.e2e.ts',
      'reference-client/test/network/table-node.e2e.ts',
      'reference-client/test/network/relay.e2e.ts',
    ],
    setup: 'reference-client/test/network/setup.ts',
    testTimeoutMs: 300_000,
    budgetSeconds: 205,
    // They wait for most of their time: for timers, losses and slow links.
    workers: 3,
  },
  {
    kind: 'vitest',
    name: 'packages',
    include: [...PACKAGES, ...(isLong ? LONG_PACKAGES : [])],
    testTimeoutMs: 120_000,
    budgetSeconds: 20,
    workers: 1,
  },
  {
    kind: 'command',
    name: 'demo',
    title: '[T1 T4] two people talk and exchange files while the server is killed',
    command: ['tsx', 'tools/demo/main.ts'],
    needs: 'tools/demo/main.ts',
    budgetSeconds: 50,
  },
  {
    kind: 'command',
    name: 'liars',
    title: 'servers and SDKs that break a promise are caught by the case or the test that names it',
    command: ['tsx', 'tools/liars/liars.ts'],
    needs: 'tools/liars/liars.ts',
    budgetSeconds: 60,
  },
  ...(isLong ? [MUTATION] : []),
]
