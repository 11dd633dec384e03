/**
 * The main job in a terminal: a server and two people, each a process of its own. They register, pair, connect over
 * WebRTC and talk; while two 200 MB files cross, the server is killed; files and chat go on. Prints each fact that it
 * checked; the exit code tells. `--size MB` for smaller files.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { PersonCalls } from './person.js'

const { values: options } = parseArgs({ options: { size: { type: 'string', default: '200' } } })
const fileBytes = Number(options.size) * 1_000_000
const root = new URL('../..', import.meta.url)

let failed = 0
function fact(holds: boolean, text: string): void {
  if (!holds) failed++
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${text}`)
}

interface Person {
  readonly pid: number
  readonly calls: PersonCalls
  progress(): number
  onProgress(listener: () => void): void
  end(): Promise<void>
}

function startPerson(): Person {
  const child = fork(new URL('./person.ts', import.meta.url), { execArgv: ['--import', 'tsx'], cwd: root })
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const listeners: (() => void)[] = []
  let next = 1
  let percent = 0
  child.on('message', (message: { id?: number; value?: unknown; error?: string; progress?: number }) => {
    if (message.progress !== undefined) {
      percent = message.progress
      for (const listener of listeners) listener()
      return
    }
    const call = pending.get(message.id ?? 0)
    pending.delete(message.id ?? 0)
    if (message.error === undefined) call?.resolve(message.value)
    else call?.reject(new Error(message.error))
  })
  child.on('exit', (code) => {
    for (const call of pending.values()) call.reject(new Error(`a person's process ended with ${code}`))
  })
  const calls = new Proxy({} as PersonCalls, {
    get:
      (_, call) =>
      (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          pending.set(next, { resolve, reject })
          child.send({ id: next++, call, args })
        }),
  })
  return {
    pid: child.pid ?? 0,
    calls,
    progress: () => percent,
    onProgress: (listener) => void listeners.push(listener),
    async end() {
      if (child.exitCode !== null) return
      await calls.close().catch(() => undefined)
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function startServer(data: string): Promise<{ child: ChildProcess; url: string; port: number }> {
  const child = spawn(process.execPath, ['reference-server/dist/main.js'], {
    cwd: root,
    env: { ...process.env, SOLO2_PORT: '0', SOLO2_STUN_PORT: '0', SOLO2_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const url = /ready: (http:\/\/\S+:(\d+))/.exec(text)
      if (url?.[1] !== undefined) resolve({ child, url: url[1], port: Number(url[2]) })
    })
  })
}

/** Random bytes on disk and their SHA-256. */
async function makeFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  const out = createWriteStream(path)
  for (let left = fileBytes; left > 0; ) {
    const chunk = randomBytes(Math.min(left, 1 << 20))
    hash.update(chunk)
    if (!out.write(chunk)) await once(out, 'drain')
    left -= chunk.length
  }
  out.end()
  await once(out, 'finish')
  return hash.digest('hex')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function portRefuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })
}

const folder = await mkdtemp(join(tmpdir(), 'solo2-demo-'))
const ana = startPerson()
const ben = startPerson()
let server: Awaited<ReturnType<typeof startServer>> | undefined
try {
  server = await startServer(join(folder, 'server'))
  const pids = new Set([server.child.pid, ana.pid, ben.pid, process.pid])
  fact(
    pids.size === 4,
    `server (pid ${server.child.pid}), Ana (${ana.pid}) and Ben (${ben.pid}) are processes of their own`,
  )

  const setup = (name: string) => ({
    server: server?.url ?? '',
    username: name.toLowerCase(),
    password: randomBytes(12).toString('base64url'),
    displayName: name,
    folder: join(folder, name),
    downloads: join(folder, name, 'downloads'),
  })
  const registeredAna = await ana.calls.register(setup('Ana'))
  const registeredBen = await ben.calls.register(setup('Ben'))
  fact(registeredAna.words === 24 && registeredBen.words === 24, 'both registered and got 24 words each')

  const [asked, accepted] = await Promise.all([ana.calls.pair(registeredBen.code), ben.calls.acceptFirstRequest()])
  fact(
    asked.name === 'Ben' && accepted.name === 'Ana',
    'Ana asked by pairing code, Ben accepted, both met through the server',
  )
  fact(
    asked.safetyNumber === accepted.safetyNumber,
    `both see the same safety number (${asked.safetyNumber.slice(0, 17)}...)`,
  )

  const [pathAna, pathBen] = await Promise.all([ana.calls.connect(), ben.calls.connect()])
  fact(pathAna.path === 'direct' && pathBen.path === 'direct', 'the tunnel stands over WebRTC, directly [T1]')

  await Promise.all([ana.calls.sendTexts('before', 10), ben.calls.receivedTexts('before', 10)])
  fact(true, '10 messages crossed while the server lived')

  const files = { ana: join(folder, 'from-ana.bin'), ben: join(folder, 'from-ben.bin') }
  const hashes = { ana: await makeFile(files.ana), ben: await makeFile(files.ben) }
  const whole = Promise.all([
    ana.calls.sendFile(files.ana),
    ben.calls.sendFile(files.ben),
    ana.calls.acceptFile(),
    ben.calls.acceptFile(),
  ])
  whole.catch(() => undefined)
  const inWindow = (person: Person) => person.progress() >= 30 && person.progress() <= 60
  await Promise.race([
    whole,
    new Promise<void>((resolve) => {
      const check = () => {
        if (ana.progress() >= 30 && ben.progress() >= 30) resolve()
      }
      ana.onProgress(check)
      ben.onProgress(check)
    }),
  ])
  const at = `${ana.progress()} % of Ana's file and ${ben.progress()} % of Ben's`
  fact(inWindow(ana) && inWindow(ben), `both files of ${options.size} MB are on their way: ${at}`)

  server.child.kill('SIGKILL')
  await once(server.child, 'exit')
  fact(!isAlive(server.child.pid ?? 0), 'the server got SIGKILL and its pid is gone')
  fact(await portRefuses(server.port), `its port ${server.port} refuses connections`)

  const [, , atAna, atBen] = await whole
  fact(atBen.sha256 === hashes.ana && atBen.size === fileBytes, "Ana's file arrived whole, SHA-256 equal [T4]")
  fact(atAna.sha256 === hashes.ben && atAna.size === fileBytes, "Ben's file arrived whole, SHA-256 equal [T4]")

  const [, , fromAna, fromBen] = await Promise.all([
    ana.calls.sendTexts('after', 100),
    ben.calls.sendTexts('after', 100),
    ben.calls.receivedTexts('after', 100),
    ana.calls.receivedTexts('after', 100),
  ])
  fact(
    fromAna.inOrder && fromBen.inOrder,
    '100 more messages each way, delivered and in order, with the server dead [T4]',
  )
} catch (error) {
  fact(false, `the demo stopped: ${error instanceof Error ? error.message : error}`)
} finally {
  await Promise.all([ana.end(), ben.end()])
  if (server !== undefined && server.child.exitCode === null && server.child.signalCode === null) {
    server.child.kill('SIGKILL')
  }
  await rm(folder, { recursive: true, force: true })
}
console.log(failed === 0 ? 'The demo held.' : `${failed} facts did not hold.`)
process.exit(failed === 0 ? 0 : 1)
