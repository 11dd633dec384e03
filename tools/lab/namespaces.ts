/**
 * Hosts as network namespaces, with names that tell their process: what it leaves behind when it is killed, the next one
 * that builds a laboratory removes. Needs root and iproute2.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PREFIX = 'solo2lab-'
const NAME = /^solo2lab-(\d+)-/
/** `ip netns exec` binds a host's files of this folder over those of /etc. */
const ETC = '/etc/netns'
const RUN = '/run/netns'

const alive = new Set<string>()
let made = 0

/** Runs to its end and returns what it wrote; throws with its complaint. */
export function run(program: string, args: readonly string[], input?: string): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input !== undefined && { input }),
  })
}

/** One command of `ip` in that host, words separated by blanks. */
export function ip(host: string, command: string): string {
  return run('ip', ['-n', host, ...command.split(' ')])
}

/** The command line that runs a program in that host. */
export function inside(host: string, ...command: readonly string[]): string[] {
  return ['ip', 'netns', 'exec', host, ...command]
}

/** Replaces the host's firewall. */
export function firewall(host: string, table: string): void {
  const name = 'table inet lab'
  run('ip', ['netns', 'exec', host, 'nft', '-f', '-'], `add ${name}\ndelete ${name}\n${name} {\n${table}\n}\n`)
}

/**
 * Addresses and their names, all that the host resolves unless it is given a name server. Chromium looks a STUN server up by its name with the
 * final dot, which in a file is another name.
 */
export function nameTable(host: string, entries: readonly (readonly [address: string, name: string])[]): void {
  const lines = entries.map(([address, name]) => `${address} ${name} ${name}.`)
  const folder = join(ETC, host)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'hosts'), ['127.0.0.1 localhost', ...lines, ''].join('\n'))
  writeFileSync(join(folder, 'resolv.conf'), '')
}

/** From now on the host asks there for names that its table lacks. */
export function nameServer(host: string, address: string): void {
  writeFileSync(join(ETC, host, 'resolv.conf'), `nameserver ${address}\noptions timeout:1 attempts:1\n`)
}

/** A new host with loopback only. */
export function addHost(role: string): string {
  const host = `${PREFIX}${process.pid}-${++made}-${role}`
  run('ip', ['netns', 'add', host])
  if (alive.size === 0) watchExit()
  alive.add(host)
  ip(host, 'link set lo up')
  return host
}

/** A cable between two hosts, an interface at each end. */
export function addCable(a: string, interfaceA: string, b: string, interfaceB: string): void {
  ip(a, `link add ${interfaceA} type veth peer name ${interfaceB} netns ${b}`)
  ip(a, `link set ${interfaceA} up`)
  ip(b, `link set ${interfaceB} up`)
}

/** Looks at what runs in a host; a killed process is gone at one of the next. */
const LOOKS = 1_000

/** What runs in a host now. */
export function processes(host: string): number[] {
  return run('ip', ['netns', 'pids', host]).split('\n').filter(Boolean).map(Number)
}

/** SIGKILL; returns when nothing runs there any more. */
export function endProcesses(host: string): void {
  for (let looks = 0; looks < LOOKS; looks++) {
    const pids = processes(host)
    if (pids.length === 0) return
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

/** Ends what runs in the host, and removes it. */
export function removeHost(host: string): void {
  alive.delete(host)
  if (existsSync(join(RUN, host))) {
    endProcesses(host)
    run('ip', ['netns', 'del', host])
  }
  rmSync(join(ETC, host), { recursive: true, force: true })
}

const files = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** Hosts of any process. */
export function hosts(): string[] {
  return [...new Set([...files(RUN), ...files(ETC)])].filter((name) => NAME.test(name))
}

/** Removes the hosts of processes that are gone. */
export function sweepHosts(): void {
  for (const host of hosts()) {
    if (!existsSync(`/proc/${NAME.exec(host)?.[1]}`)) removeHost(host)
  }
}

function removeAll(): void {
  for (const host of [...alive]) removeHost(host)
}

let watching = false

function watchExit(): void {
  if (watching) return
  watching = true
  process.on('exit', removeAll)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      removeAll()
      process.kill(process.pid, signal)
    })
  }
}
