/** A real coturn on loopback, with the configuration that the repository ships and no more than a test must add. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bind, exchange } from './turn-client.js'

const SHIPPED = new URL('../../reference-server/deploy/turnserver.conf', import.meta.url)
const PROGRAM = '/usr/bin/turnserver'
const TRIES = 200
const STARTS = 4

export interface Coturn extends AsyncDisposable {
  readonly port: number
  /** All that it has written: its log, and its standard output and error. */
  written(): string
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await bind(socket)
  const { port } = socket.address()
  socket.close()
  return port
}

/**
 * `verbose`: the log that nobody should ship, to see what it would hold. A port that was free over UDP may be taken over TCP, or
 * by the time that coturn binds it, which then neither ends nor answers: it is started again on another one.
 */
export async function startCoturn(secret: string, verbose: boolean, more: readonly string[] = []): Promise<Coturn> {
  for (let starts = 1; ; starts++) {
    const started = await start(secret, [...(verbose ? ['verbose'] : []), ...more])
    if (await answers(started.port)) return started
    const written = started.written()
    await started[Symbol.asyncDispose]()
    if (starts === STARTS) throw new Error(`coturn does not answer:\n${written}`)
  }
}

async function start(secret: string, more: readonly string[]): Promise<Coturn> {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-coturn-'))
  const port = await freePort()
  const log = join(folder, 'turn.log')
  const own = [
    `static-auth-secret=${secret}`,
    `listening-port=${port}`,
    'listening-ip=127.0.0.1',
    // Behind a one-to-one NAT the relay address is a private one too, and allowed by name.
    'relay-ip=127.0.0.1',
    'allowed-peer-ip=127.0.0.1',
    'allow-loopback-peers',
    // With a certificate the plain port takes TLS too, and one of its own would be taken by another test's.
    ...(more.some((line) => line.startsWith('cert=')) ? [`tls-listening-port=${port}`] : ['no-tls']),
    'no-dtls',
    `userdb=${join(folder, 'db')}`,
    `pidfile=${join(folder, 'pid')}`,
    ...more,
  ]
  const shipped = readFileSync(SHIPPED, 'utf8').replace('log-file=/dev/null', `log-file=${log}`)
  const config = join(folder, 'turnserver.conf')
  writeFileSync(config, `${shipped}\n${own.join('\n')}\n`, { mode: 0o600 })
  const child: ChildProcess = spawn(PROGRAM, ['-c', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
  return {
    port,
    written: () => `${output}\n${existsSync(log) ? readFileSync(log, 'utf8') : ''}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Whether one of many STUN binding requests comes back. */
async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  await bind(socket)
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      if ((await exchange(socket, port, 0x0001, [], 50)) !== undefined) return true
    }
    return false
  } finally {
    socket.close()
  }
}
