/** Two people chat in terminals: what one types is never broken by what comes, through paste, resize, and a killed server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CommandLine, commandLine } from './command-line.js'
import { type ServerProcess, startServer } from './server.js'
import { openTerminal, type Terminal } from './terminal.js'

const MAIN = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url))

let server: ServerProcess
let ana: CommandLine
let ben: CommandLine
const terminals: Terminal[] = []

beforeAll(async () => {
  server = await startServer()
  ;[ana, ben] = await Promise.all([commandLine('blue kettle 42'), commandLine('green lantern 17')])
  const [registered] = await Promise.all([
    ana.run('register', '--server', server.origin, '--user', 'ana', '--name', 'Ana'),
    ben.run('register', '--server', server.origin, '--user', 'ben', '--name', 'Ben'),
  ])
  const code = String(registered.find(({ event }) => event === 'registered')?.['pairingCode'])
  await Promise.all([ben.run('pair', code), ana.run('accept')])
})

afterAll(async () => {
  for (const terminal of terminals) terminal.kill()
  await Promise.all([ana?.end(), ben?.end()])
  await server?.end()
})

const options = (tool: CommandLine) => [
  ...['--vault', join(tool.folder, 'vault'), '--downloads', tool.downloads],
  ...['--password-file', join(tool.folder, 'password')],
]

function chat(tool: CommandLine, who: string, environment?: Record<string, string>): Terminal {
  const terminal = openTerminal(['chat', who, ...options(tool)], environment)
  terminals.push(terminal)
  return terminal
}

test('[T4] two people chat: ticks, typed text stays whole, pasted lines are one, the server dies and comes back', async () => {
  let a = chat(ana, 'Ben')
  const b = chat(ben, 'Ana', { NO_COLOR: '1' })
  await Promise.all([a.stands(/^Ben direct>$/), b.stands(/^Ana direct>$/)])
  await Promise.all([a.shows(/Ben is here, directly/), b.shows(/Ana is here, directly/)])

  a.type('hello\r')
  await b.shows(/^\d\d:\d\d Ana: hello$/)
  await a.stands(/^Ben direct ✓✓>$/)

  b.type('half a li')
  await b.stands(/> half a li$/)
  a.type('in between\r')
  await b.shows(/^\d\d:\d\d Ana: in between$/)
  await b.stands(/^Ana direct> half a li$/)
  b.type('ne\r')
  await a.shows(/Ben: half a line$/)

  // Narrower, and a line that takes three rows of it.
  b.resize(24, 40)
  const long = 'word '.repeat(16).trim()
  b.type(long)
  await b.stands(/word$/)
  a.type('while it is long\r')
  await b.shows(/Ana: while it is long$/)
  await b.stands(/word$/)
  const typed = b.screen.rows.slice(b.screen.rows.findLastIndex((row) => row.startsWith('Ana direct')))
  expect(
    typed
      .map((row) => row.padEnd(40))
      .join('')
      .trimEnd(),
  ).toMatch(new RegExp(`> ${long}$`))
  expect(b.screen.rows.filter((row) => row.startsWith('Ana direct')).length).toBeLessThanOrEqual(3)
  b.type('\r')
  await a.shows(/Ben: word word/)
  b.resize(24, 80)

  b.type('\u001b[200~first\rsecond: \u202eturned\rthird\u001b[201~')
  b.type('\r')
  await a.shows(/Ben: first$/)
  await a.shows(/^ {6}second: <U\+202E>turned$/)
  await a.shows(/^ {6}third$/)

  await server.kill()
  await a.shows(/the server is away/)
  a.type('without a server\r')
  await b.shows(/Ana: without a server$/)
  await a.stands(/✓✓>$/)

  // What is written while nobody can be met waits, and goes out when the server is back.
  a.type('/quit\r')
  expect(await a.ended).toBe(0)
  await b.shows(/Ana is away: what you write waits/)
  b.type('for later\r')
  await b.stands(/^Ana away …>$/)
  a = chat(ana, 'Ben')
  await a.shows(/^\d\d:\d\d me: without a server$/)
  await server.again()
  await a.shows(/Ben: for later$/)
  await b.stands(/✓✓>$/)

  b.type('never sent\u0003')
  await b.stands(/^Ana \S+ ✓✓>$/)
  b.type('\u0003')
  expect(await b.ended).toBe(0)
  expect(b.printed.endsWith('\u001b[?2004l')).toBe(true)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NO_COLOR means that there are none
  expect(b.printed).not.toMatch(/\u001b\[[0-9;]*m/)
  expect(a.printed).toContain('\u001b[1mBen\u001b[22m: for later')
  expect(a.screen.rows.join('\n')).not.toContain('never sent')
  a.type('\u0004')
  expect(await a.ended).toBe(0)
})

test('files go by commands, and lines from a pipe are messages that arrive before it ends', async () => {
  const a = chat(ana, 'Ben')
  await a.shows(/Ben is away/)
  await writeFile(join(ben.folder, 'plan.txt'), 'up the hill')
  const piped = spawn(process.execPath, [MAIN, 'chat', 'Ana', '--json', '--timeout', '100', ...options(ben)], {
    stdio: 'pipe',
  })
  let said = ''
  piped.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  piped.stdin.write(`from a pipe\n/file ${join(ben.folder, 'plan.txt')}\n`)
  await a.shows(/Ben: from a pipe$/)
  await a.shows(/1: file plan\.txt, 11 B, is offered: \/accept or \/refuse/)
  a.type('/accept 7\r')
  await a.shows(/no such file is offered/)
  a.type('/accept\r')
  await a.shows(/plan\.txt, 11 B, is whole -> /)
  expect(await readFile(join(ana.downloads, 'plan.txt'), 'utf8')).toBe('up the hill')
  const ending = once(piped, 'exit')
  piped.stdin.end('and the last\n')
  expect((await ending)[0]).toBe(0)
  await a.shows(/Ben: and the last$/)
  const facts = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; state?: string; text?: string })
  const last = facts.filter(({ text }) => text === 'and the last').at(-1)
  expect(['delivered', 'read']).toContain(last?.state)
  a.type('/quit\r')
  expect(await a.ended).toBe(0)
})
