/**
 * A process of the Node client is killed at any moment, again and again over the same folders: of writing, of syncing own
 * devices, of receiving a file, of importing a backup, of deleting a vault and of the emergency reset.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { nodePrimitives } from '../../src/adapters/node/primitives.js'
import type { Contact, Me } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { memoryBackup, seededRandom } from '../../src/testing.js'
import { autopsy, compare, compareEnds, type Found } from '../fixtures/mortal/autopsy.js'
import { BACKUP_PASSWORD, fileOf, KEPT, type Kind, type Said, Story } from '../fixtures/mortal/story.js'
import { type MortalWorld, mortalWorld, PASSWORD, registerPeople } from '../fixtures/mortal/world.js'

const LIFE = fileURLToPath(new URL('../fixtures/mortal/life.ts', import.meta.url))

/** How many lines a life of that kind says at most before it is killed; then it has so many milliseconds more at most. */
const LINES: Readonly<Record<Kind, number>> = { write: 36, sync: 70, file: 24, import: 5 }
const MORE_MS = 30
/** For one that comes to a rest before. */
const LONGEST_MS = 10_000
const KINDS: readonly Kind[] = ['write', 'sync', 'file', 'import', 'sync']

type Life = ChildProcessByStdio<Writable, Readable, Readable>

const story = new Story()
const random = seededRandom(nodePrimitives, 'moments')
let folder: string
let words: Record<string, string>
let lives = 1
let unborn: Life | undefined

const only = (me: Me) => me.contacts[0] as Contact

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-sigkill-'))
  // One file, since what a life loads is most of its time.
  await build({
    entryPoints: [LIFE],
    outfile: join(folder, 'life.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
  })
  words = await registerPeople(folder)
  await prepare(await mortalWorld(folder, 0))
})
afterAll(async () => {
  unborn?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** Two who are contacts, a second device of the one, and a backup. */
async function prepare(mortal: MortalWorld): Promise<void> {
  const { passing, until, login } = mortal
  const ben = await passing(login('ben', 'ben'))
  const ana = await passing(login('ana', 'ana'))
  ben.on('requests', ([request]) => void request?.accept())
  await passing(ana.pair(ben.pairingCode))
  for (let n = 0; n < KEPT; n++) await only(ana).send(`kept in the backup ${n}`)
  const sink = memoryBackup()
  await passing(ana.exportBackup({ password: BACKUP_PASSWORD, sink }))
  await writeFile(join(folder, 'backup'), sink.bytes())
  const invitation = await passing(ana.devices.invite())
  const joining = createSolo2(mortal.platform('ana 2')).joinDevice({
    server: mortal.world.server,
    username: 'ana',
    password: PASSWORD,
    code: invitation.words.join(' '),
    deviceName: 'second',
  })
  await passing(invitation.asked)
  await invitation.approve()
  const second = await passing(joining)
  await until(() => second.contacts.length === 1)
  await passing(Promise.all([ana.lock(), second.lock(), ben.lock()]))
  await mortal.save()
}

/** Loaded, and waiting for what it shall do. */
function conceive(): Life {
  return spawn(process.execPath, [join(folder, 'life.mjs'), folder], { stdio: ['pipe', 'pipe', 'pipe'] })
}

/** A number below 1. */
const draw = () => (random(1)[0] as number) / 256

/** A process that is killed at a random moment; the next one loads meanwhile. */
function killed(kind: Kind): Promise<void> {
  const child = unborn ?? conceive()
  unborn = conceive()
  let left = 1 + Math.floor(draw() * LINES[kind])
  const moreMs = draw() * MORE_MS
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
  return new Promise((resolve, reject) => {
    let rest = ''
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        story.hear(JSON.parse(line) as Said)
        if (--left === 0) setTimeout(() => child.kill('SIGKILL'), moreMs)
      }
    })
    child.on('close', (code, signal) => {
      clearTimeout(late)
      if (signal === 'SIGKILL') resolve()
      else reject(new Error(`a life that did ${kind} ended with ${code}: ${errors}`))
    })
    child.stdin.write(`${lives++} ${kind}\n`)
  })
}

/** Whose vaults a life of that kind had open. */
const TOUCHED: Readonly<Record<Kind, readonly string[]>> = {
  write: ['ana'],
  sync: ['ana', 'ana 2', 'ben'],
  file: ['ana', 'ben'],
  import: ['ana 3'],
}

async function judge(kind: Kind): Promise<void> {
  const mortal = await mortalWorld(folder, lives)
  const found = new Map<string, Found | undefined>()
  for (const device of TOUCHED[kind]) {
    found.set(device, await autopsy(mortal.platform(device), words[device === 'ben' ? 'ben' : 'ana'] ?? ''))
  }
  if (kind === 'import') {
    const restored = found.get('ana 3')
    if (story.restored === 'yes') expect(restored?.messages.size).toBe(KEPT)
    if (story.restored === 'no') expect(restored).toBeUndefined()
    return
  }
  for (const [device, vault] of found) {
    if (vault === undefined) throw new Error(`the vault of ${device} is gone`)
    compare(story, device, vault)
  }
  const [ana, second, ben] = ['ana', 'ana 2', 'ben'].map((device) => found.get(device))
  if (ben !== undefined && ana !== undefined && second !== undefined) compareEnds(ben, [ana, second])
  for (const name of kind === 'file' ? story.files : []) {
    const bytes = await ana?.files.get(name)?.()
    expect(bytes !== undefined && Buffer.from(bytes).equals(fileOf(name)), `the file ${name}`).toBe(true)
  }
}

/** What not all of them see, and where two see another order first. */
function apart(seen: readonly (readonly string[])[]): string {
  const all = [...new Set(seen.flat())]
  const missing = all.filter((line) => seen.some((lines) => !lines.includes(line)))
  const [ana = [], second = []] = seen
  const at = ana.findIndex((line, i) => second[i] !== line)
  return JSON.stringify({
    missing: missing.map((line) => ({ line, by: seen.map((lines) => lines.includes(line)) })),
    at,
  })
}

/** Nobody is killed any more: all comes to all. */
async function end(): Promise<void> {
  const mortal = await mortalWorld(folder, lives)
  const people = [
    ['ana', 'ana'],
    ['ana 2', 'ana'],
    ['ben', 'ben'],
  ] as const
  const open = await Promise.all(people.map(([device, name]) => mortal.passing(mortal.login(device, name))))
  const shown = async (me: Me) => {
    const messages = (await me.contacts[0]?.messages({ limit: 100_000 })) ?? []
    return messages.flatMap(({ id, body }) => (body.kind === 'text' ? [`${id} ${body.text}`] : []))
  }
  const isWhole = async () => {
    const [ana, second, ben] = await Promise.all(open.map(shown))
    return `${ana}` === `${second}` && `${ana?.toSorted()}` === `${ben?.toSorted()}`
  }
  for (let seconds = 0; !(await isWhole()); seconds++) {
    if (seconds === 1_200) throw new Error(`they do not come to the same: ${apart(await Promise.all(open.map(shown)))}`)
    await mortal.world.clock.advance(1_000)
  }
  const all = await shown(open[0] as Me)
  for (const [id, { forms }] of story.messages) {
    const text = all.find((one) => one.startsWith(id))?.slice(id.length + 1)
    expect(forms).toContain(text)
  }
  await mortal.passing(Promise.all(open.map((me) => me.lock())))
}

describe('a client whose process is killed', () => {
  it(
    '[V1] opens, has all that was acknowledged, and nothing half-applied, whenever it was',
    async () => {
      const kills = cases(30, 500)
      for (let n = 0; n < kills; n++) {
        const kind = KINDS[n % KINDS.length] as Kind
        await killed(kind)
        await judge(kind)
      }
      await end()
      console.log(`${kills} kills, ${story.acknowledged} acknowledged, ${story.files.size} files`)
    },
    cases(600_000, 5_400_000),
  )
})
