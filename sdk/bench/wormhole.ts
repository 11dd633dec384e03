/**
 * magic-wormhole between two processes on loopback, with a mailbox server of its own. Its time runs from the moment at which the recipient
 * has the code and a connection until the file is there; of its CPU time that of a file of one byte is taken away.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Sides } from '../../tools/bench/harness.js'

export const MISSING = ['/usr/bin/wormhole', '/usr/bin/twist3'].filter((file) => !existsSync(file))
export const HOW_TO_INSTALL = 'apt-get install magic-wormhole python3-magic-wormhole-mailbox-server'

export interface Wormhole {
  send(path: string): Promise<void>
  /** Milliseconds of all files so far. */
  ms(): number
  /** CPU seconds of all files so far. */
  cpu(): Sides
  close(): void
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

interface Finished {
  /** When it said that it receives. */
  readonly begunAt: number
  readonly endedAt: number
  readonly cpuSeconds: number
}

/** Its output ends with what the shell knows of its children's CPU time: `0m0.53s 0m0.16s`. */
async function run(args: readonly string[]): Promise<Finished> {
  const script = '"$@" || exit 1; times'
  const child = spawn('sh', ['-c', script, 'sh', 'wormhole', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [text, begunAt] = ['', 0]
  const read = (chunk: Buffer) => {
    text += chunk.toString()
    if (begunAt === 0 && text.includes('Receiving (')) begunAt = performance.now()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`wormhole ended with ${code}: ${text}`)
  const times = [...(text.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  const cpuSeconds = times.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0)
  return { begunAt, endedAt: performance.now(), cpuSeconds }
}

export async function openWormhole(folder: string): Promise<Wormhole> {
  const port = await freePort()
  const mailbox: ChildProcess = spawn(
    'twist3',
    ['wormhole-mailbox', `--port=tcp:${port}:interface=127.0.0.1`, '--channel-db=:memory:'],
    { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder },
  )
  while (!(await isListening(port))) await wait(50)
  // No transit server: nothing but this machine is asked for anything.
  const servers = ['--relay-url', `ws://127.0.0.1:${port}/v1`, '--transit-helper', 'tcp:127.0.0.1:1']
  let ms = 0
  let [sent, received] = [0, 0]
  let number = 0

  async function pass(path: string): Promise<void> {
    const code = `${++number}-speed-test`
    const out = join(folder, 'received')
    const [sender, recipient] = await Promise.all([
      run([...servers, 'send', '--hide-progress', '--code', code, path]),
      run([...servers, 'receive', '--accept-file', '--hide-progress', '-o', out, code]),
    ])
    await rm(out)
    ms += recipient.endedAt - recipient.begunAt
    sent += sender.cpuSeconds - start.sender
    received += recipient.cpuSeconds - start.receiver
  }

  const start = { sender: 0, receiver: 0 }
  const small = join(folder, 'small')
  await writeFile(small, 'x')
  await pass(small)
  Object.assign(start, { sender: sent, receiver: received })
  ;[ms, sent, received] = [0, 0, 0]
  return {
    send: pass,
    ms: () => ms,
    cpu: () => ({ sender: sent, receiver: received }),
    close: () => mailbox.kill(),
  }
}
