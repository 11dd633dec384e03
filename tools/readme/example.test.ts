/** The README's example, taken out of the page and run as it stands, against a real server and another person. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Solo2 } from '@solo2/sdk/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ServerProcess, startServer } from '../../sdk/test/support/server.js'
import { ROOT, readRepositoryFile } from '../verify/check.js'

const EXAMPLE = /<!-- example: tunnel -->\n```ts\n([\s\S]*?)```\n<!-- \/example -->/

let folder: string
let server: ServerProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-readme-'))
  server = await startServer()
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** Runs the example with what it leaves to its reader, and returns what it printed. */
async function run(values: Readonly<Record<string, string>>): Promise<string> {
  const example = EXAMPLE.exec(readRepositoryFile('README.md'))?.[1]
  expect(example?.trim().split('\n').length).toBeLessThanOrEqual(20)
  const given = Object.entries(values).map(([name, value]) => `const ${name} = ${JSON.stringify(value)}\n`)
  // Below the root, so that its import finds the workspace's package.
  await mkdir(join(ROOT, 'test-output'), { recursive: true })
  const path = join(ROOT, 'test-output', 'readme-example.ts')
  await writeFile(path, `${given.join('')}${example}`)
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', path], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  expect(code).toBe(0)
  return printed
}

it('makes an account, pairs, talks and sends a file', async () => {
  const file = 'one hundred telescopes'
  await writeFile(join(folder, 'telescopes.txt'), file)
  const { me: ben } = await Solo2.register({
    server: server.url,
    username: 'ben',
    password: 'green lantern 17',
    displayName: 'Ben',
    folder: join(folder, 'ben'),
    downloads: join(folder, 'downloads'),
  })
  const received: string[] = []
  ben.on('requests', ([request]) => void request?.accept())
  ben.on('message', ({ body }) => {
    if (body.kind === 'text') received.push(body.text)
  })
  ben.on('file', ({ stage, contact, id }) => {
    if (stage === 'offered') void ben.contact(contact)?.acceptFile(id)
  })
  const printed = await run({
    server: server.url,
    username: 'ana',
    password: 'blue kettle 42',
    folder: join(folder, 'ana'),
    code: ben.pairingCode,
    path: join(folder, 'telescopes.txt'),
  })
  await ben.lock()
  expect(received).toEqual(['hello'])
  expect(printed).toMatch(/Write these down: ([a-z]+ ?){24}\n/)
  expect(printed).toContain('accepted')
  expect(printed).toMatch(/Connected, path: direct/)
  expect(printed).toContain(`${file.length} of ${file.length}`)
})
