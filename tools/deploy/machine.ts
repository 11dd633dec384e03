/** A machine with systemd, booted from a folder in a host of the laboratory. Needs systemd-container. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { run } from '../lab/namespaces.js'

const STARTS_MS = 60_000

export interface Machine extends AsyncDisposable {
  /** Types that into a shell of root, and resolves with what it printed; rejects with it at the first command that fails. */
  type(text: string): Promise<string>
}

/** `mounts`: folders of this machine that are there to read. */
export async function bootMachine(
  root: string,
  host: string,
  mounts: Readonly<Record<string, string>>,
): Promise<Machine> {
  const args = [
    ...['--boot', '--quiet', `--directory=${root}`, `--machine=${host}`, `--network-namespace-path=/run/netns/${host}`],
    // No manager of machines is asked, here or on a host without systemd.
    ...['--register=no', '--keep-unit', '--console=pipe', '--resolv-conf=off', '--timezone=off', '--link-journal=no'],
    // Its network is its own, so its firewall is too.
    '--capability=CAP_NET_ADMIN',
    ...Object.entries(mounts).map(([to, from]) => `--bind-ro=${from}:${to}`),
  ]
  const nspawn = spawn('systemd-nspawn', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], UNIFIED_CGROUP_HIERARCHY: '1' },
  })
  let said = ''
  for (const stream of [nspawn.stdout, nspawn.stderr]) stream.on('data', (piece: Buffer) => (said += piece))
  const isGone = () => nspawn.exitCode !== null || nspawn.signalCode !== null
  let init: number | undefined
  const end = async (): Promise<void> => {
    if (isGone()) return
    const gone = once(nspawn, 'exit')
    // Without its first process everything in it is gone, and nspawn ends by itself; killed, it would leave them behind.
    if (init === undefined) nspawn.kill('SIGKILL')
    else process.kill(init, 'SIGKILL')
    await gone
  }
  for (const until = Date.now() + STARTS_MS; ; await wait(200)) {
    init ??= childOf(nspawn)
    if (init !== undefined && isRunning(init)) break
    if (!isGone() && Date.now() < until) continue
    await end()
    throw new Error(`the machine did not start:\n${said}`)
  }
  const leader = String(init)
  return {
    async type(text) {
      const shell = spawn(
        'nsenter',
        [
          ...['--target', leader, '--all'],
          ...['/usr/bin/env', '-i', 'HOME=/root', 'LANG=C.UTF-8', `PATH=${PATH}`, 'bash', '-euo', 'pipefail', '-s'],
        ],
        { stdio: ['pipe', 'pipe', 'pipe'] },
      )
      let printed = ''
      for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (piece: Buffer) => (printed += piece))
      // Read whole before its first command runs: none of them may take the rest as its input.
      shell.stdin.end(`typed() {\n:\n${text}\n}\ntyped </dev/null\n`)
      const [code] = (await once(shell, 'close')) as [number | null]
      if (code !== 0) throw new Error(`ended with ${code}:\n${printed.slice(-6_000)}`)
      return printed
    },
    async [Symbol.asyncDispose]() {
      await end()
    },
  }
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The machine's first process, once it is there. */
function childOf({ pid }: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? undefined : Number(children.split(' ')[0])
}

function isRunning(init: number): boolean {
  try {
    const state = ['--target', String(init), '--all', 'systemctl', 'is-system-running']
    return run('nsenter', state).trim() === 'running'
  } catch {
    return false
  }
}
