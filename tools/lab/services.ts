/** The built server and a real coturn with its shipped configuration, each in its host of a world, over TLS. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Authority } from './certificates.js'
import { inside } from './namespaces.js'
import { MIRROR_ADDRESS, NAMES, type World } from './world.js'

const MAIN = fileURLToPath(new URL('../../reference-server/dist/main.js', import.meta.url))
const SHIPPED = new URL('../../reference-server/deploy/turnserver.conf', import.meta.url)
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
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

/** Once the server is ready. The mirror comes up meanwhile: nobody asks it before two people have met. */
export async function startServices(
  world: World,
  options: { readonly folder: string; readonly authority: Authority; readonly web?: string },
): Promise<Services> {
  const { folder, authority, web } = options
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
  const shipped = readFileSync(SHIPPED, 'utf8').replace(/^tls-listening-port=.*$/m, '')
  writeFileSync(join(turn, 'turnserver.conf'), `${shipped}\n${own.join('\n')}\n`, { mode: 0o600 })
  const coturn = start(inside(world.mirror, 'turnserver', '-c', join(turn, 'turnserver.conf')), {}, turn)
  coturn.stdout?.resume()

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
    },
    folder,
  )
  await ready(server)
  return {
    stunPort: TLS_PORT,
    turnPort: TURN_PORT,
    async [Symbol.asyncDispose]() {
      await Promise.all(
        [server, coturn].map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return
          const gone = once(child, 'exit')
          child.kill('SIGKILL')
          await gone
        }),
      )
    },
  }
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
