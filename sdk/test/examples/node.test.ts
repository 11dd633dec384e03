/** The examples for Node, each as a process, against one real server. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backupFile, type Me, Solo2 } from '../../src/node.js'
import { type ServerProcess, startServer } from '../support/server.js'
import { type Program, startExample } from './program.js'

let folder: string
let server: ServerProcess
const running: Program[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-examples-'))
  server = await startServer({ SOLO2_LOG: 'off' })
})

afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** `place`: the folder that it runs in. */
function start(name: string, place: string, args: readonly string[], password = ''): Program {
  const program = startExample(name, args, { folder: join(folder, place), password })
  running.push(program)
  return program
}

async function register(username: string): Promise<Me> {
  const { me } = await Solo2.register({
    server: server.url,
    username,
    password: 'blue kettle 42',
    displayName: username,
    folder: join(folder, username),
  })
  return me
}

/** Resolves as soon as `condition` holds, looked at with each of these events. */
function until(me: Me, event: 'message' | 'receipt' | 'presence', condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition()) return
      stop()
      resolve()
    }
    const stop = me.on(event, look)
    look()
  })
}

test('[T1 T4] tunnel-node: two people meet and write lines, in at most 20 lines of code, also without the server', async () => {
  const code = await readFile(new URL('../../examples/tunnel-node/main.ts', import.meta.url), 'utf8')
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
  const own = await startServer({ SOLO2_LOG: 'off' })
  const ana = start('tunnel-node', 'ana', [own.url, 'ana'], 'blue kettle 42')
  const [, pairingCode = ''] = await ana.prints(/Code: (\S+)/)
  const ben = start('tunnel-node', 'ben', [own.url, 'ben', pairingCode], 'green lantern 17')
  await Promise.all([ana.prints(/Connected to ben/), ben.prints(/Connected to ana/)])
  await own.kill()
  ana.type('a word from Ana')
  await ben.prints(/> a word from Ana/)
  ben.type('and one from Ben')
  await ana.prints(/> and one from Ben/)
  for (const { child } of [ana, ben]) child.stdin?.end()
  expect(await Promise.all([ana.ended, ben.ended])).toEqual([0, 0])
  await own[Symbol.asyncDispose]()
})

// Each takes seconds of the processor: four programs and four passwords stretched.
if (process.env['TEST_LONG'] === '1') {
  test('file-drop: a file arrives whole, with progress, and neither account nor vault stays', async () => {
    const bytes = randomBytes(3_000_001)
    const receiver = start('file-drop', 'there', ['receive', server.url, 'taken'])
    await mkdir(join(folder, 'there', 'taken'))
    const [link] = await receiver.prints(/http:\S+#\S+/)
    const sender = start('file-drop', 'here', ['send', link, 'film.bin'])
    await writeFile(join(folder, 'here', 'film.bin'), bytes)
    expect(await Promise.all([sender.ended, receiver.ended])).toEqual([0, 0])
    expect(sender.printed).toContain('100 %')
    expect(sender.printed).toContain('sent film.bin')
    const taken = await readFile(join(folder, 'there', 'taken', 'film.bin'))
    expect(createHash('sha256').update(taken).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(await readdir(join(folder, 'there'))).toEqual(['taken'])
    expect(await readdir(join(folder, 'here'))).toEqual(['film.bin'])
  })

  test('bot: answers once what comes, also what came while it was killed, and refuses whom its rule does not name', async () => {
    const [ana, eve] = await Promise.all([register('ana-bot'), register('eve-bot')])
    const args = [server.url, 'parrot', ana.alias]
    const first = start('bot', 'bot', args, 'an iron parrot 9')
    const [, code = ''] = await first.prints(/Code: (\S+)/)
    const answers: string[] = []
    ana.on('message', ({ outgoing, body }) => {
      if (!outgoing && body.kind === 'text') answers.push(body.text)
    })
    const contact = await ana.pair(code)
    await contact.send('twelve chars')
    await until(ana, 'message', () => answers.length === 1)
    const giveUp = new AbortController()
    const asking = expect(eve.pair(code, { signal: giveUp.signal })).rejects.toMatchObject({ code: 'cancelled' })
    await first.prints(new RegExp(`refused ${eve.alias}`))
    giveUp.abort()
    await asking

    first.child.kill('SIGKILL')
    await first.ended
    await contact.send('five5')
    const second = start('bot', 'bot', args, 'an iron parrot 9')
    await until(ana, 'message', () => answers.length === 2)
    await contact.send('x')
    await until(ana, 'message', () => answers.length === 3)
    expect(answers).toEqual(['You wrote 12 characters.', 'You wrote 5 characters.', 'You wrote 1 characters.'])
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    await Promise.all([ana.lock(), eve.lock()])
  })
}

test('[V10] backup-reader: prints what was said, in order, from the file and its password alone', async () => {
  const me = await register('ana-backup')
  await me.notes.send('buy \u001b[31mtea')
  await me.notes.send('call Ben')
  await me.exportBackup({ password: 'a longer kettle 77', sink: await backupFile(join(folder, 'all.backup')) })
  await me.lock()
  const path = join(folder, 'all.backup')
  const [right, wrong] = await Promise.all([
    start('backup-reader', 'reader', [path], 'a longer kettle 77'),
    start('backup-reader', 'reader', [path], 'another kettle'),
  ])
  expect(await Promise.all([right.ended, wrong.ended])).toEqual([0, 1])
  const lines = right.printed.trim().split('\n')
  expect(lines[0]).toContain('ana-backup (ana-backup at ')
  expect(lines.slice(1).map((line) => line.replace(/^\S+Z /, ''))).toEqual([
    '',
    'Notes',
    'me: buy \\u001b[31mtea',
    'me: call Ben',
  ])
  expect(wrong.printed.trim()).toBe('This cannot be read: wrong_password')
})
