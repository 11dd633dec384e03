/** Starts people in namespaces, and calls them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { trust } from '../../../tools/lab/certificates.js'
import { inside } from '../../../tools/lab/namespaces.js'
import { ORIGIN } from '../../../tools/lab/services.js'
import type { ClientKind } from '../../../tools/lab/situations.js'
import type { PeerCalls } from './peer.js'
import type { AnswerMessage } from './serve-calls.js'

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export interface Person extends Callable<PeerCalls> {
  /** The process that drives a browser and is no part of it. */
  readonly driver: number | undefined
}

interface PersonOptions {
  readonly kind: ClientKind
  readonly host: string
  readonly folder: string
  /** PEM file of the authority to trust. */
  readonly root: string
}

/** Where each kind looks for whom to trust, and what it is told at its start. */
function prepare({ kind, folder, root }: PersonOptions): { args: string[]; environment: Record<string, string> } {
  switch (kind) {
    case 'node':
      return { args: [script('peer-node.ts'), folder], environment: { NODE_EXTRA_CA_CERTS: root } }
    case 'chromium':
      trust(join(folder, '.pki/nssdb'), root)
      return { args: [script('peer-browser.ts'), kind, folder, ORIGIN], environment: {} }
    case 'firefox':
      trust(join(folder, 'profile'), root)
      return { args: [script('peer-browser.ts'), kind, folder, ORIGIN], environment: {} }
  }
}

export async function startPerson(options: PersonOptions): Promise<Person> {
  const { args, environment } = prepare(options)
  const called = await startCalls<PeerCalls>(options.host, args, environment)
  return { ...called, driver: options.kind === 'node' ? undefined : called.pid }
}

export interface Callable<Calls> extends AsyncDisposable {
  readonly calls: Calls
  readonly pid: number | undefined
  /** From now on it runs before whatever else this machine has to do. */
  putFirst(): void
  /** SIGKILL; resolves when it is gone. Calls that were not answered reject. */
  kill(): Promise<void>
}

/** A script as a process in that host, whose calls are answered there; it ends politely if it can. */
export async function startCalls<Calls extends { end(): Promise<void> }>(
  host: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Callable<Calls>> {
  const node = [process.execPath, '--import', 'tsx', '--conditions=source', ...args]
  const [program = '', ...command] = inside(host, ...node)
  const child = spawn(program, command, {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // A session of its own: the kernel may weigh processes by session.
    detached: true,
  })
  const calls = callsOf<Calls>(child)
  const [hello] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [AnswerMessage | number]
  if (typeof hello !== 'object') throw new Error(`a process ended with ${hello}`)
  const isGone = () => child.exitCode !== null || child.signalCode !== null
  async function kill(): Promise<void> {
    if (isGone()) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return {
    calls,
    pid: child.pid,
    putFirst: () => putFirst(child),
    kill,
    async [Symbol.asyncDispose]() {
      if (!isGone()) await calls.end().catch(() => undefined)
      await kill()
    },
  }
}

/** Where the kernel weighs sessions of processes, niceness alone counts within one only. */
function putFirst({ pid }: ChildProcess): void {
  if (pid === undefined) return
  setPriority(pid, -20)
  const file = `/proc/${pid}/autogroup`
  if (existsSync(file)) writeFileSync(file, '-20')
}

function callsOf<Calls extends object>(child: ChildProcess): Calls {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let last = 0
  child.on('message', ({ id, value, error }: AnswerMessage) => {
    const waiting = pending.get(id)
    pending.delete(id)
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(new Error(error))
  })
  child.on('exit', (code) => {
    for (const { reject } of pending.values()) reject(new Error(`a process ended with ${code}`))
  })
  return new Proxy({} as Calls, {
    get:
      (_, call) =>
      (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          pending.set(++last, { resolve, reject })
          child.send({ id: last, call, args }, (error) => {
            if (error !== null) reject(error)
          })
        }),
  })
}
