/** Account calls for a second of the server's CPU: GetAccount, which is a session looked up and a record read. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toBase64url } from '@solo2/sdk/shared'
import { type ServerProcess, startServer } from '../../sdk/test/support/server.js'
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import { generateConnect } from '../test/generate-connect.js'
import { openWire, type Wire } from '../test/hostile/wire.js'
import { cpuMs, register } from './processes.js'

const PEERS = fileURLToPath(new URL('./peers.ts', import.meta.url))
const PEOPLE = 40
const CONNECTIONS = 32

let server: ServerProcess | undefined
let removeGenerated = () => {}
const peers: ChildProcess[] = []
const wires: Wire[] = []

async function peer(kind: string, database: string, generated: string): Promise<{ pid: number; port: number }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', PEERS, kind, database, generated], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  peers.push(child)
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { pid: child.pid ?? 0, port }
}

function request(token: Uint8Array): Buffer {
  const lines = [
    'POST /solo2.account.v1.AccountService/GetAccount HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/proto',
    'Connect-Protocol-Version: 1',
    `Authorization: Bearer ${toBase64url(token)}`,
    'Content-Length: 0',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

async function caseOf(name: string, { pid, port }: { pid: number; port: number }, requests: readonly Buffer[]) {
  const own: Wire[] = []
  for (let n = 0; n < CONNECTIONS; n++) own.push(await openWire(port))
  wires.push(...own)
  return {
    name,
    unit: 'calls',
    clock: () => cpuMs(pid),
    async run(count) {
      let left = count
      const lane = async (wire: Wire) => {
        while (left-- > 0) {
          const answer = await wire.ask(requests[left % requests.length] as Buffer)
          if (answer?.status !== 200) throw new Error(`${name}: ${answer?.status}`)
        }
      }
      await Promise.all(own.map(lane))
      return count
    },
  } satisfies BenchCase
}

export const groups: readonly BenchGroup[] = [
  {
    title: 'account calls: GetAccount, by seconds of CPU time of the server process',
    baseline: 'bare uWebSockets.js handler',
    async prepare() {
      server = await startServer({
        SOLO2_LOG: 'off',
        SOLO2_LIMIT_CALLS: '1000000/1',
        SOLO2_LIMIT_REGISTER: '1000/60',
      })
      const tokens: Uint8Array[] = []
      for (let n = 0; n < PEOPLE; n++) tokens.push(await register(server.url, `bench-${n}`))
      const requests = tokens.map(request)
      const { module, remove } = generateConnect()
      removeGenerated = remove
      const database = join(server.data, 'solo2.db')
      return [
        await caseOf('Solo2 server', server, requests),
        await caseOf('bare uWebSockets.js handler', await peer('bare', database, module), requests),
        await caseOf('@connectrpc/connect-node', await peer('connect-node', database, module), requests),
      ]
    },
    async close() {
      for (const wire of wires) wire.close()
      for (const child of peers) child.kill('SIGKILL')
      await server?.[Symbol.asyncDispose]()
      removeGenerated()
    },
  },
]
