/** A whole file between two clients in Node, from the disk to the other's vault, beside magic-wormhole, from disk to disk. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import type { FilePerson } from './file-person.js'
import { HOW_TO_INSTALL, MISSING, openWormhole } from './wormhole.js'

const MEGABYTES = 64
const OURS = 'Solo2'

const closings: (() => unknown)[] = []

interface Person {
  ask<Call extends keyof FilePerson>(
    call: Call,
    ...args: Parameters<FilePerson[Call]>
  ): Promise<Awaited<ReturnType<FilePerson[Call]>>>
  cpu(): number
}

/** Fields 14 and 15 of proc(5)'s stat, in hundredths of a second: behind the name, which may hold anything, they are 12 and 13. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function startPerson(): Person {
  const child: ChildProcess = fork(fileURLToPath(new URL('./file-person.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', '--conditions=source'],
  })
  closings.push(() => child.disconnect())
  return {
    async ask(call, ...args) {
      child.send({ call, args })
      const [{ value, error }] = await once(child, 'message')
      if (error !== undefined) throw new Error(error)
      return value
    },
    cpu: () => cpuSeconds(child.pid ?? 0),
  }
}

async function startServer(data: string): Promise<string> {
  const main = fileURLToPath(new URL('../../reference-server/dist/main.js', import.meta.url))
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, SOLO2_PORT: '0', SOLO2_STUN_PORT: '0', SOLO2_DATA: data },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  closings.push(() => child.kill())
  let text = ''
  // Its output stays open: a server that has nowhere to print ends.
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    const [, url] = /ready: (http:\/\/\S+:\d+)/.exec(text) ?? []
    if (url === undefined) continue
    child.stdout.resume()
    return url
  }
  throw new Error('the server has ended; it runs from what `npm run build` makes')
}

async function ours(folder: string, path: string): Promise<BenchCase> {
  const server = await startServer(join(folder, 'server'))
  const [sender, receiver] = [startPerson(), startPerson()]
  await sender.ask('register', server, 'ana', join(folder, 'ana'))
  const code = await receiver.ask('register', server, 'ben', join(folder, 'ben'))
  await Promise.all([sender.ask('pair', code), receiver.ask('accept')])
  return {
    name: OURS,
    unit: 'MB',
    bytes: 1e6,
    cpu: async () => ({ sender: sender.cpu(), receiver: receiver.cpu() }),
    async run() {
      await sender.ask('send', path)
      return MEGABYTES
    },
  }
}

async function theirs(folder: string, path: string): Promise<BenchCase[]> {
  if (MISSING.length > 0) {
    console.log(`  magic-wormhole: not measured, since it is not installed: ${HOW_TO_INSTALL}`)
    return []
  }
  const wormhole = await openWormhole(folder)
  closings.push(wormhole.close)
  return [
    {
      name: 'magic-wormhole',
      unit: 'MB',
      bytes: 1e6,
      clock: wormhole.ms,
      cpu: async () => wormhole.cpu(),
      async run() {
        await wormhole.send(path)
        return MEGABYTES
      },
    },
  ]
}

export const groups: readonly BenchGroup[] = [
  {
    title: `file of ${MEGABYTES} MB, Node to Node, loopback`,
    subject: OURS,
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), 'solo2-bench-'))
      closings.push(() => rm(folder, { recursive: true, force: true }))
      const path = join(folder, 'file.bin')
      await writeFile(path, randomBytes(MEGABYTES * 1e6))
      return [await ours(folder, path), ...(await theirs(folder, path))]
    },
    async close() {
      for (const closing of closings.splice(0).reverse()) await closing()
    },
  },
]
