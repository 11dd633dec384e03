/** The built server and a real coturn with its shipped configuration, each in its host of a world, over TLS. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Authority } from './certificates.js'
import { inside } from './namespaces.js'
import { MIRROR_ADDRESS, NAMES, type World } from './world.js'

const MAIN = fileURLToPath(new URL('../../reference-server/dist/main.js', import.meta.url))
const SHIPPED = new URL('../../reference-server/deploy/turnserver.conf', import.meta.url)
const CONFIG = 'turnserver.conf'
const SECRET = 'a secret of the laboratory alone'
export const ORIGIN = `https://${NAMES.server}`
/** The port of both, where networks let nothing else through. */
const TLS_PORT = 443
const TURN_PORT = 3478

const TURN_URLS = [
  `turn:${NAMES.mirror}:${TURN_PORT}?transport=udp`,
  `turn:${NAMES.mirror}:${TURN_PORT}?transport=tcp`,
  `turns:${NAMES.mirror}:${TLS_PORT}?transport=tcp`,
]

export interface Services extends AsyncDisposable {
  readonly stunPort: number
  readonly turnPort: number
  /** All that the mirror has written: its log, its database, its standard output and error. */
  mirrorWrote(): string
  /** Resolves when it is gone; rejects if it does not end well when it is asked to. */
  endServer(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Over the data of the one before. */
  startServer(): Promise<void>
}

function start(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  folder: string,
): ChildProcess {
  const [program = '', ...args] = command
  return spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** What is started waits for nobody who reads. */
function outputOf(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      text += piece.toString('latin1')
    })
  }
  return () => text
}

/** Once the server is ready. The mirror comes up meanwhile: nobody asks it before two people have met. */
export async function startServices(
  world: World,
  options: {
    readonly folder: string
    readonly authority: Authority
    readonly web?: string
    /** How long a credential of the mirror lives; a day if not given. */
    readonly mirrorSeconds?: number
  },
): Promise<Services> {
  const { folder, authority, web, mirrorSeconds } = options
  const turn = join(folder, 'turn')
  mkdirSync(turn, { recursive: true })
  const own = [
    `static-auth-secret=${SECRET}`,
    `listening-ip=${MIRROR_ADDRESS}`,
    'listening-ip=2001:db8::20',
    `relay-ip=${MIRROR_ADDRESS}`,
    `tls-listening-port=${TLS_PORT}`,
    `cert=${authority.cert}`,
    `pkey=${authority.key}`,
    'no-dtls',
    `userdb=${join(turn, 'db')}`,
    `pidfile=${join(turn, 'pid')}`,
  ]
  // What it would log is kept, to see that even that names nobody.
  const shipped = readFileSync(SHIPPED, 'utf8')
    .replace(/^tls-listening-port=.*$/m, '')
    .replace('log-file=/dev/null', `log-file=${join(turn, 'log')}`)
  writeFileSync(join(turn, CONFIG), `${shipped}\n${own.join('\n')}\n`, { mode: 0o600 })
  const coturn = start(inside(world.mirror, 'turnserver', '-c', join(turn, CONFIG)), {}, turn)
  const printed = outputOf(coturn)

  async function startServer(): Promise<ChildProcess> {
    const server = start(
      inside(world.server, process.execPath, MAIN),
      {
        SOLO2_HOST: '::',
        SOLO2_PORT: String(TLS_PORT),
        SOLO2_DATA: join(folder, 'server'),
        SOLO2_LOG: 'off',
        SOLO2_TLS_CERT: authority.cert,
        SOLO2_TLS_KEY: authority.key,
        SOLO2_TURN_URLS: TURN_URLS.join(','),
        SOLO2_TURN_SECRET: SECRET,
        // Few addresses and few people do here what many do elsewhere.
        SOLO2_LIMIT_TURN: '1000/3600',
        SOLO2_LIMIT_TICKETS: '1000/3600',
        ...(web !== undefined && { SOLO2_WEB: web }),
        ...(mirrorSeconds !== undefined && { SOLO2_TURN_SECONDS: String(mirrorSeconds) }),
      },
      folder,
    )
    server.stderr?.resume()
    await ready(server)
    return server
  }

  let server = await startServer()
  return {
    stunPort: TLS_PORT,
    turnPort: TURN_PORT,
    mirrorWrote() {
      const files = readdirSync(turn).filter((name) => name !== CONFIG)
      return [printed(), ...files.map((name) => readFileSync(join(turn, name), 'latin1'))].join('\n')
    },
    async endServer(signal) {
      await kill(server, signal)
      if (signal === 'SIGTERM' && server.exitCode !== 0) throw new Error(`the server ended with ${server.exitCode}`)
    },
    async startServer() {
      server = await startServer()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([server, coturn].map((child) => kill(child, 'SIGKILL')))
    },
  }
}

async function kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

async function ready(server: ChildProcess): Promise<void> {
  if (server.stdout === null) throw new Error('the server has no output')
  for await (const line of createInterface({ input: server.stdout })) {
    if (!line.startsWith('Solo2 server ready')) continue
    server.stdout.resume()
    return
  }
  throw new Error('the server ended before it was ready')
}
