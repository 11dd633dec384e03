/** What the machine gives the server: its folder, its disk, its memory, its descriptors. */
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config } from '../config.js'
import { type Finding, looksAt } from './finding.js'

const MIB = 1_048_576
const DISK_MIN = 100 * MIB
const DISK_LOW = 1_024 * MIB
/** Generous: the process at rest, and an introduction socket with what it may hold in buffers. */
const REST_BYTES = 160 * MIB
const SOCKET_BYTES = 12 * 1_024
const CHECK_BYTES = 46 * MIB
/** Descriptors beside those of sockets: files, the database, listeners, calls. */
const FILES_BESIDE = 1_000

const writable = (path: string) => {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path))
}

export function checkData({ data, database }: Config): Finding[] {
  const { fine, warning, problem } = looksAt('data folder')
  const there = nearest(data)
  if (!writable(there)) {
    return [
      problem(
        `${there} cannot be written`,
        'the server keeps everything there',
        `give it to the user that runs the server`,
      ),
    ]
  }
  const findings: Finding[] = []
  const open = [data, ...['server-secret', 'push-key'].map((name) => join(data, name))].filter(
    (path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0,
  )
  if (open.length > 0) {
    const remedy = `chmod go= ${open.join(' ')}`
    findings.push(
      problem(`others on this machine can read ${open.join(', ')}`, 'it holds secrets and every account', remedy),
    )
  }
  for (const name of ['server-secret', 'push-key']) {
    const path = join(data, name)
    if (existsSync(path) && !/^[0-9a-f]{64}\n?$/.test(readFileSync(path, 'ascii'))) {
      findings.push(problem(`${path} is damaged`, 'the server does not start', 'put back the one of a backup'))
    }
  }
  if (existsSync(data) && database === undefined && !existsSync(join(data, 'server-secret'))) {
    const remedy = 'look whether SOLO2_DATA names the folder that you mean; solo2-server restore, if its disk was lost'
    findings.push(warning(`${data} holds no server’s data`, 'a start makes a new server, without accounts', remedy))
  }
  const { bavail, bsize } = statfsSync(there)
  const free = bavail * bsize
  if (free < DISK_LOW) {
    const say = free < DISK_MIN ? problem : warning
    const what = `${Math.floor(free / MIB)} MiB are free on its disk`
    findings.push(say(what, 'on a full disk nobody can register or change anything', 'make room'))
  }
  return findings.length > 0 ? findings : [fine(`${data} is there for its owner only, with room on its disk`)]
}

/** What may be opened at once, as the kernel tells; undefined if it does not. */
function filesMax(): number | undefined {
  const line = existsSync('/proc/self/limits') ? readFileSync('/proc/self/limits', 'ascii') : ''
  const found = /^Max open files\s+(\d+)/m.exec(line)?.[1]
  return found === undefined ? undefined : Number(found)
}

export function checkResources(config: Config): Finding[] {
  const { fine, warning, problem } = looksAt('resources')
  const { sockets, passwordWorkers } = config
  const findings: Finding[] = []
  const files = filesMax()
  if (files !== undefined && files < sockets + FILES_BESIDE) {
    const remedy = `LimitNOFILE=${sockets + FILES_BESIDE} in the unit, ulimit -n, or fewer SOLO2_SOCKETS`
    findings.push(
      problem(`only ${files} files may be open`, `SOLO2_SOCKETS is ${sockets}: further connections hang`, remedy),
    )
  }
  const constrained = process.constrainedMemory?.() ?? 0
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  const needed = REST_BYTES + sockets * SOCKET_BYTES + passwordWorkers * CHECK_BYTES
  if (needed > memory) {
    const what = `it may need ${Math.ceil(needed / MIB)} MiB of memory, and ${Math.floor(memory / MIB)} are there`
    const remedy = 'fewer SOLO2_SOCKETS or SOLO2_PASSWORD_WORKERS, or more memory'
    findings.push(warning(what, 'when it is full, the system ends the server', remedy))
  }
  if (!config.overwritesFreed) {
    const remedy =
      'set GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0, as the unit and npm start do'
    findings.push(warning('freed memory is not overwritten', 'what it held stays there for a while (06-71)', remedy))
  }
  return findings.length > 0 ? findings : [fine('files and memory suffice')]
}

export function checkKept(config: Config): Finding[] {
  const { fine, warning, problem } = looksAt('logs and erasures')
  const findings: Finding[] = []
  if (config.log !== 'stderr' && config.log !== 'off' && !writable(nearest(config.log))) {
    const remedy = 'give the folder to the user that runs the server'
    findings.push(problem('the folder of SOLO2_LOG cannot be written', 'the server fails with its first line', remedy))
  }
  if (config.erasures === undefined) {
    const why = 'if the disk is lost, a backup brings back who deleted their account after it'
    findings.push(warning('SOLO2_ERASURES is not set', why, 'set it to a file on another disk, beside the backups'))
  } else if (!writable(dirname(config.erasures))) {
    const why = 'deletions are not noted where they outlive the disk'
    findings.push(
      problem('the folder of SOLO2_ERASURES cannot be written', why, 'give it to the user that runs the server'),
    )
  } else if (existsSync(config.data) && statSync(dirname(config.erasures)).dev === statSync(config.data).dev) {
    const why = 'it is lost together with the database'
    findings.push(warning('SOLO2_ERASURES is on the disk of the data folder', why, 'put it on another one'))
  }
  return findings.length > 0 ? findings : [fine('can be written')]
}
