/** Starts people in namespaces, and calls them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { trust } from '../../../tools/lab/certificates.js'
import { inside } from '../../../tools/lab/namespaces.js'
import { ORIGIN } from '../../../tools/lab/services.js'
import type { ClientKind } from '../../../tools/lab/situations.js'
import type { PeerCalls } from './peer.js'
import type { AnswerMessage } from './serve-calls.js'

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export interface Person extends AsyncDisposable {
  readonly calls: PeerCalls
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
  const node = [process.execPath, '--import', 'tsx', '--conditions=source', ...args]
  const [program = '', ...command] = inside(options.host, ...node)
  const child = spawn(program, command, {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const calls = callsOf(child)
  const [hello] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [AnswerMessage | number]
  if (typeof hello !== 'object') throw new Error(`a person's process ended with ${hello}`)
  return {
    calls,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      await calls.end().catch(() => undefined)
      child.kill('SIGKILL')
      await gone
    },
  }
}

function callsOf(child: ChildProcess): PeerCalls {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let last = 0
  child.on('message', ({ id, value, error }: AnswerMessage) => {
    const waiting = pending.get(id)
    pending.delete(id)
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(new Error(error))
  })
  child.on('exit', (code) => {
    for (const { reject } of pending.values()) reject(new Error(`a person's process ended with ${code}`))
  })
  return new Proxy({} as PeerCalls, {
    get:
      (_, call) =>
      (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          pending.set(++last, { resolve, reject })
          child.send({ id: last, call, args })
        }),
  })
}
