/**
 * A process of the Node client is killed at any moment, again and again over the same folders: of writing, of syncing own
 * devices, of receiving a file, of importing a backup and of deleting a vault.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { nodePrimitives } from '../../src/adapters/node/primitives.js'
import type { Contact, Me } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import { memoryBackup, seededRandom } from '../../src/testing.js'
import { autopsy, compare, compareEnds } from '../fixtures/mortal/autopsy.js'
import { BACKUP_PASSWORD, fileOf, type Kind, type Said, Story } from '../fixtures/mortal/story.js'
import { type MortalWorld, mortalWorld, PASSWORD, registerPeople } from '../fixtures/mortal/world.js'

const LIFE = fileURLToPath(new URL('../fixtures/mortal/life.ts', import.meta.url))
/** A life is killed at most so long after it was born. */
const LONGEST_MS = 700
const KINDS: readonly Kind[] = ['write', 'sync', 'file', 'import', 'sync']

const story = new Story()
const random = seededRandom(nodePrimitives, 'moments')
let folder: string
let words: Record<string, string>
let lives = 1

const only = (me: Me) => me.contacts[0] as Contact

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-sigkill-'))
  words = await registerPeople(folder)
  await prepare(await mortalWorld(folder, 0))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Two who are contacts, a second device of the one, and a backup. */
async function prepare(mortal: MortalWorld): Promise<void> {
  const { passing, until, login } = mortal
  const ben = await passing(login('ben', 'ben'))
  const ana = await passing(login('ana', 'ana'))
  ben.on('requests', ([request]) => void request?.accept())
  await passing(ana.pair(ben.pairingCode))
  for (let n = 0; n < 300; n++) await only(ana).send(`kept in the backup ${n}`)
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

/** A process that is killed so long after it was born; what it said. */
function killed(kind: Kind, afterMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=source', '--import=tsx', LIFE, folder, `${lives++}`, kind], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let rest = ''
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const said = JSON.parse(line) as Said
        story.hear(said)
        if (said.say === 'born') setTimeout(() => child.kill('SIGKILL'), afterMs)
      }
    })
    child.on('close', (code, signal) =>
      signal === 'SIGKILL' ? resolve() : reject(new Error(`a life that did ${kind} ended with ${code}: ${errors}`)),
    )
  })
}

async function judge(): Promise<void> {
  const mortal = await mortalWorld(folder, lives)
  const dead = async (device: string) => autopsy(mortal.platform(device), words[device === 'ben' ? 'ben' : 'ana'] ?? '')
  const [ana, second, ben, restored] = await Promise.all([dead('ana'), dead('ana 2'), dead('ben'), dead('ana 3')])
  if (ana === undefined || second === undefined || ben === undefined) throw new Error('a vault is gone')
  compare(story, 'ana', ana)
  compare(story, 'ana 2', second)
  compare(story, 'ben', ben)
  compareEnds(ben, [ana, second])
  for (const name of story.files) {
    const bytes = await ana.files.get(name)?.()
    expect(bytes !== undefined && Buffer.from(bytes).equals(fileOf(name)), `the file ${name}`).toBe(true)
  }
  if (story.restored === 'yes') expect(restored?.messages.size).toBeGreaterThanOrEqual(300)
  if (story.restored === 'no') expect(restored).toBeUndefined()
}

describe('a client whose process is killed', () => {
  it('[V1] opens, has all that was acknowledged, and nothing half-applied, whenever it was', async () => {
    const kills = cases(50, 500)
    for (let n = 0; n < kills; n++) {
      const kind = KINDS[n % KINDS.length] as Kind
      await killed(kind, (random(2)[0] as number) * (LONGEST_MS / 255))
      await judge()
    }
    console.log(`${kills} kills, ${story.acknowledged} acknowledged, ${story.files.size} files`)
  }, 1_800_000)
})
