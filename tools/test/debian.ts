/** The Debian packages that tests need: programs that npm does not carry. */
import { accessSync, constants } from 'node:fs'
import { runCommand } from '../verify/run-command.js'

export interface DebianPackage {
  readonly name: string
  /** A file that is there when the package is. */
  readonly file: string
  /** Which tests need it. */
  readonly for: string
}

const DEBIAN_PACKAGES: readonly DebianPackage[] = [
  { name: 'chromium', file: '/usr/bin/chromium', for: 'two real browsers in the end-to-end tests' },
  {
    name: 'chromium-headless-shell',
    file: '/usr/bin/chromium-headless-shell',
    for: 'its engine alone, for looks at every screen',
  },
  { name: 'tshark', file: '/usr/bin/tshark', for: 'packet lengths on the wire [T9]' },
  { name: 'iproute2', file: '/sbin/ip', for: 'network namespaces between two clients' },
  { name: 'coturn', file: '/usr/bin/turnserver', for: 'the mirror as it is deployed [M1]' },
  { name: 'postgresql', file: '/usr/bin/pg_ctlcluster', for: 'the store of several servers' },
  { name: 'nats-server', file: '/usr/sbin/nats-server', for: 'introductions between several servers' },
  { name: 'curl', file: '/usr/bin/curl', for: 'the examples of spec/05 as calls' },
  { name: 'unzip', file: '/usr/bin/unzip', for: 'readable copies [V11]' },
  { name: 'python3', file: '/usr/bin/python3', for: 'readable copies in a second reader [V11]' },
  {
    name: 'python3-cryptography',
    file: '/usr/lib/python3/dist-packages/cryptography',
    for: 'an implementation in Python against the vectors',
  },
  {
    name: 'python3-aiortc',
    file: '/usr/lib/python3/dist-packages/aiortc',
    for: 'the same over a data channel of its own [T1]',
  },
  {
    name: 'python3-websockets',
    file: '/usr/lib/python3/dist-packages/websockets',
    for: 'the same on the introduction socket [T1]',
  },
  { name: 'protobuf-compiler', file: '/usr/bin/protoc', for: 'the example of spec/15 in Python' },
  {
    name: 'python3-protobuf',
    file: '/usr/lib/python3/dist-packages/google/protobuf',
    for: 'the same, with the modules that it makes',
  },
  { name: 'systemd', file: '/usr/bin/systemd-analyze', for: 'what the units of the deploy guide leave open' },
  {
    name: 'debootstrap',
    file: '/usr/sbin/debootstrap',
    for: 'the container files and the deploy guide, carried out in a fresh Debian',
  },
  { name: 'systemd-container', file: '/usr/bin/systemd-nspawn', for: 'that Debian as a machine of its own' },
  { name: 'strace', file: '/usr/bin/strace', for: 'what the server writes during introductions [T3]' },
  { name: 'firefox-esr', file: '/usr/bin/firefox-esr', for: 'another browser at the other end' },
  { name: 'libnss3-tools', file: '/usr/bin/certutil', for: 'profiles that trust a test authority' },
  { name: 'nginx-light', file: '/usr/sbin/nginx', for: 'a web server in front, as the deploy guide has it' },
  { name: 'openssl', file: '/usr/bin/openssl', for: 'the certificates of that authority' },
  { name: 'nftables', file: '/usr/sbin/nft', for: 'firewalls and routers between namespaces' },
]

function isThere(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function missingPackages(): DebianPackage[] {
  return DEBIAN_PACKAGES.filter(({ file }) => !isThere(file))
}

async function install(names: readonly string[]): Promise<boolean> {
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  const apt = async (...args: string[]): Promise<boolean> =>
    (await runCommand(['apt-get', '-q', ...args], { environment, echo: true })).code === 0
  return (await apt('update')) && (await apt('install', '-y', '--no-install-recommends', ...names))
}

/** Whether all packages are there; as root it installs what is missing, otherwise it prints the one command to run. */
export async function ensureDebianPackages(): Promise<boolean> {
  const missing = missingPackages()
  if (missing.length === 0) return true
  const names = missing.map(({ name }) => name)
  for (const { name, for: purpose } of missing) console.log(`missing: Debian package ${name}, for ${purpose}`)
  if (process.getuid?.() === 0) return (await install(names)) && missingPackages().length === 0
  console.log(
    `\nRun this once, then the tests again:\n\n  sudo apt-get install -y --no-install-recommends ${names.join(' ')}\n`,
  )
  return false
}
