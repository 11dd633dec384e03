/** A PostgreSQL of the test's own: Debian's, in a temporary folder, on a socket of that folder and a loopback port. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

export interface Cluster {
  /** The whole data directory, log and write-ahead log included. */
  readonly folder: string
  /** A new empty database: its URL. */
  database(): Promise<string>
  /** Ends at once, cutting every connection, and begins again on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const VERSIONS = '/usr/lib/postgresql'

/** Newest version that is installed. */
function binaries(): string {
  const newest = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a))[0]
  return join(VERSIONS, newest ?? '', 'bin')
}

/** PostgreSQL refuses to run as root. */
function asUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const number = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: number('-u'), gid: number('-g') }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** What spec/05 section 9 asks of a cluster; the disk is not what is tested. */
const SETTINGS = {
  wal_recycle: 'off',
  wal_init_zero: 'on',
  min_wal_size: '2MB',
  max_wal_size: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_keep_size: '0',
  log_statement: 'none',
  fsync: 'off',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

export async function startCluster(): Promise<Cluster> {
  const parent = mkdtempSync(join(tmpdir(), 'solo2-postgres-'))
  const folder = join(parent, 'cluster')
  const user = asUser()
  chmodSync(parent, 0o755)
  mkdirSync(folder, { mode: 0o700 })
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const program = (name: string) => join(binaries(), name)
  execFileSync(
    program('initdb'),
    ['-D', folder, '-U', 'solo2', '--auth=trust', '--encoding=UTF8', '--no-locale', '--wal-segsize=1', '--no-sync'],
    { ...user, cwd: folder, stdio: 'ignore' },
  )
  const port = await freePort()
  const lines = Object.entries({ ...SETTINGS, listen_addresses: "'127.0.0.1'", unix_socket_directories: "''", port })
  writeFileSync(join(folder, 'postgresql.auto.conf'), lines.map(([name, value]) => `${name} = ${value}\n`).join(''))
  const start = async (): Promise<() => Promise<void>> => {
    const child = spawn(program('postgres'), ['-D', folder], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await new Promise<void>((resolve, reject) => {
      let text = ''
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.includes('ready to accept connections')) resolve()
      })
      child.once('close', () => reject(new Error(`PostgreSQL ended: ${text}`)))
    })
    return async () => {
      child.kill('SIGINT')
      await ended
    }
  }
  let stop = await start()
  const url = (name: string) => `postgres://solo2@127.0.0.1:${port}/${name}`
  let made = 0
  return {
    folder,
    async database() {
      made += 1
      const client = new pg.Client({ connectionString: url('postgres') })
      await client.connect()
      await client.query(`CREATE DATABASE store_${made}`)
      await client.end()
      return url(`store_${made}`)
    },
    async restart() {
      await stop()
      stop = await start()
    },
    async stop() {
      await stop()
      rmSync(parent, { recursive: true, force: true })
    },
  }
}
