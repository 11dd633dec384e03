/**
 * Who may import whom, as data: imports only point down. Every file of shipped code belongs to exactly one layer, the
 * first whose pattern matches. A layer may import itself, the layers and the packages that it names.
 */

export interface Layer {
  readonly name: string
  readonly files: RegExp
  readonly layers: readonly string[]
  /** Specifiers of packages and Node modules. */
  readonly packages?: RegExp
  /** Only `import type`: the layer has no run-time dependency. */
  readonly typesOnly?: true
  /** No clock, timer, randomness, I/O or platform object: all comes in through arguments. */
  readonly pure?: true
}

const CHAPTERS = [
  'keys',
  'identity',
  'ratchet',
  'frame',
  'introduction',
  'handshake',
  'account',
  'content',
  'vault',
  'tunnel',
]

function core(name: string, layers: readonly string[], packages?: RegExp): Layer {
  const files = new RegExp(`^sdk/src/${name}/`)
  return { name, files, layers, pure: true, ...(packages && { packages }) }
}

export const LAYERS: readonly Layer[] = [
  { name: 'proto', files: /^proto\/src\//, layers: [], packages: /^@bufbuild\/protobuf\/wire$/ },

  // The pure core, one folder a spec chapter.
  { name: 'base', files: /^sdk\/src\/(bytes\/|(errors|limits|labels|env|step)\.ts$)/, layers: [], pure: true },
  core('crypto', ['base'], /^@noble\//),
  core('keys', ['base', 'crypto', 'proto'], /^@scure\/bip39(\/|$)/),
  core('identity', ['base', 'crypto', 'proto']),
  core('ratchet', ['base', 'crypto', 'proto']),
  { name: 'records', files: /^sdk\/src\/frame\/records\.ts$/, layers: ['base', 'proto'], pure: true },
  core('frame', ['base', 'crypto', 'proto', 'records']),
  core('introduction', ['base', 'crypto', 'proto', 'keys', 'identity']),
  core('handshake', ['base', 'crypto', 'proto', 'keys', 'identity']),
  core('account', ['base', 'crypto', 'proto', 'keys', 'identity'], /^zod\/mini$/),
  core('content', ['base', 'crypto', 'proto', 'records']),
  core('vault', ['base', 'crypto', 'proto', 'keys', 'content', 'records']),
  core('tunnel', ['base', 'proto', 'identity', 'introduction', 'handshake', 'ratchet', 'records', 'frame', 'content']),

  // Ports are types; the client performs outputs through them and knows no platform.
  { name: 'ports', files: /^sdk\/src\/ports\//, layers: ['base', 'crypto', 'proto', ...CHAPTERS], typesOnly: true },
  {
    name: 'client',
    files: /^sdk\/src\/client\//,
    layers: ['base', 'crypto', 'proto', ...CHAPTERS, 'records', 'ports'],
    pure: true,
  },

  // The rim. A store adapter sees sealed bytes only, so it can't reach a cipher.
  {
    name: 'store-adapters',
    files: /^sdk\/src\/adapters\/(store-rules\.ts|[a-z]+\/(store|file-store|indexed-db|lock-file)[^/]*\.ts)$/,
    layers: ['base', 'ports'],
    packages: /^node:/,
  },
  {
    name: 'adapters',
    files: /^sdk\/src\/adapters\//,
    layers: ['base', 'crypto', 'proto', 'ports', 'store-adapters'],
    packages: /^(node:.*|simple-peer(\/.*)?|node-datachannel(\/.*)?|ws|hash-wasm|libsodium|@noble\/.*)$/,
  },
  // Behaviour suites of ports, for whoever writes an adapter: public by `testing`, and no test runner's.
  { name: 'suites', files: /^sdk\/src\/suites\//, layers: ['base', 'ports'] },
  {
    name: 'shared',
    files: /^sdk\/src\/shared\.ts$/,
    layers: ['base', 'crypto', 'proto', 'identity', 'account', 'keys'],
  },
  { name: 'core', files: /^sdk\/src\/core\.ts$/, layers: ['base', 'crypto', 'proto', 'records', ...CHAPTERS] },
  {
    name: 'sdk-entries',
    files: /^sdk\/src\/node\.ts$/,
    layers: ['base', 'crypto', 'proto', 'records', ...CHAPTERS, 'ports', 'client', 'adapters', 'store-adapters'],
    packages: /^node:(os|path)$/,
  },
  {
    name: 'sdk-entries',
    files: /^sdk\/src\/[a-z-]+\.ts$/,
    layers: [
      'base',
      'crypto',
      'proto',
      'records',
      ...CHAPTERS,
      'ports',
      'client',
      'adapters',
      'store-adapters',
      'suites',
    ],
  },

  // The server, with the one folder that knows its socket library, and the one that makes certificates.
  {
    name: 'server-socket',
    files: /^reference-server\/src\/socket\//,
    layers: ['proto', 'shared', 'server'],
    packages: /^(node:.*|uWebSockets\.js)$/,
  },
  {
    name: 'server-lan',
    files: /^reference-server\/src\/lan\//,
    layers: ['shared', 'server'],
    packages: /^(node:.*|@peculiar\/x509|reflect-metadata|uqr)$/,
  },
  {
    name: 'server',
    files: /^reference-server\/src\//,
    layers: ['proto', 'shared', 'server-socket', 'server-lan'],
    packages:
      /^(node:.*|zod(\/mini)?|better-sqlite3|libsql|pg|@nats-io\/transport-node|web-push|@node-rs\/argon2|@bufbuild\/protobuf\/wire)$/,
  },

  // The clients see the SDK's public entries.
  { name: 'reference-client', files: /^reference-client\//, layers: ['sdk-entries', 'core', 'shared'], packages: /^/ },

  // The conformance suite shares no code with what it judges, save in the testee that wraps the SDK.
  {
    name: 'testees',
    files: /^conformance\/testees\//,
    layers: ['conformance', 'proto', 'sdk-entries', 'core', 'shared'],
    packages: /^/,
  },
  { name: 'conformance', files: /^conformance\//, layers: ['proto'], packages: /^(?!@solo2\/sdk)/ },

  // The landing page stands alone: it imports nothing of what it tells about.
  { name: 'landing', files: /^landing\//, layers: [], packages: /^(node:.*|libsql|zod)$/ },

  // The demo is two people and a server as processes: public entries only.
  { name: 'demo', files: /^tools\/demo\//, layers: ['sdk-entries'], packages: /^node:/ },

  // Networks for tests: it starts the built server, and imports nothing of what is tested.
  { name: 'lab', files: /^tools\/lab\/(?!networks\.ts$)/, layers: [], packages: /^node:/ },

  // What checks the repository reads the tables of numbers and errors.
  { name: 'tools', files: /^tools\//, layers: ['base', 'lab'], packages: /^/ },
]

/** A rule on everything that some files reach, however many steps away. */
export interface ClosureRule {
  readonly name: string
  readonly roots: RegExp
  /** What no root may reach... */
  readonly forbidden: RegExp
  /** ...save these. */
  readonly except?: RegExp
}

export const CLOSURE_RULES: readonly ClosureRule[] = [
  {
    name: 'the server reaches no code that could read a message',
    roots: /^reference-server\/src\//,
    forbidden: /^sdk\//,
    except: /^sdk\/src\/(shared|errors|limits|labels|env|step)\.ts$|^sdk\/src\/(bytes|crypto|identity|account|keys)\//,
  },
  {
    name: 'no account is reachable from the introduction plane',
    roots: /^reference-server\/src\/(handlers\/introduction|rendezvous)\//,
    forbidden: /^reference-server\/src\/(store|handlers\/account|mirror|push)\//,
  },
  {
    name: 'the in-memory twins are not in a client',
    roots: /^reference-client\/(?!test\/)/,
    forbidden: /^sdk\/src\/(testing\.ts$|adapters\/memory\/|suites\/)/,
  },
  {
    name: 'clients and tests meet the server as a process only',
    roots: /^(sdk|reference-client|conformance)\//,
    forbidden: /^reference-server\//,
  },
]
