/** The command as people type it, with the SDK as the testee, and with one that has a fault. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { clientCases } from '../cases/client/index.js'
import { serverCases } from '../cases/server/index.js'
import { vectorCases } from '../cases/vectors/index.js'
import type { Result } from '../src/case.js'
import { readPromises } from '../src/promises.js'

const TSX = [process.execPath, '--import', 'tsx', '--conditions=source']
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'solo2-conformance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Told {
  readonly code: number
  readonly out: string
}

async function command(...args: readonly string[]): Promise<Told> {
  const [node = '', ...rest] = [...TSX, here('../src/main.ts'), ...args]
  try {
    const { stdout } = await promisify(execFile)(node, rest)
    return { code: 0, out: stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { code, out: stdout }
  }
}

function written(name: string): { readonly subject: string; readonly cases: readonly Result[] } {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

test('the SDK keeps every case of the vectors', async () => {
  const file = join(folder, 'sdk.json')
  const { code } = await command('vectors', '--json', file, '--', ...TSX, here('../testees/sdk/main.ts'))
  const { subject, cases } = written('sdk.json')
  expect(cases.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
  expect(cases.length).toBe(vectorCases.length)
  expect([code, subject]).toEqual([0, 'Solo2 SDK 0.1.0'])
})

test('a testee that takes what it must refuse is broken, case by case, and the promise is named', async () => {
  const file = join(folder, 'wrong.json')
  const own = ['--run', 'vectors/introduction/**', '--json', file]
  const { code, out } = await command('vectors', ...own, '--', ...TSX, here('wrong-testee.ts'))
  const broken = written('wrong.json').cases.filter(({ verdict }) => verdict !== 'kept')
  expect(broken.map(({ id }) => id)).toContain('vectors/introduction/refused-signal/hello-with-15-tags')
  expect(broken.filter(({ id }) => !id.startsWith('vectors/introduction/refused-signal/'))).toEqual([])
  expect(out).toMatch(/^T6 {2}BROKEN/m)
  expect(out).toContain('decodeSignal gave signal, it must be refused with wrong_size')
  expect(code).toBe(1)
})

test('a command that makes no sense ends with 2', async () => {
  expect((await command('vectors', '--run', 'vectors/frame/nothing', '--', 'true')).code).toBe(2)
})

test('cases have ids of their own, cite promises and rules that exist, and explain themselves', () => {
  const cases = [...serverCases, ...vectorCases, ...clientCases]
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length)
  const promises = new Set(readPromises().map(({ id }) => id))
  expect(promises.size).toBeGreaterThan(60)
  expect(cases.flatMap((one) => one.promises).filter((id) => !promises.has(id))).toEqual([])
  expect(cases.flatMap((one) => one.rules).filter((rule) => !spec().includes(`**${rule}**`))).toEqual([])
  for (const { id, explain } of cases) {
    expect(id).toMatch(/^(server|vectors|client)(\/[a-z0-9]+(-[a-z0-9]+)*)+$/)
    expect(explain.length).toBeGreaterThan(20)
  }
})

let chapters: string | undefined

function spec(): string {
  chapters ??= [...readFileSync(here('../../spec/README.md'), 'utf8').matchAll(/\((\d\d-[a-z-]+\.md)\)/g)]
    .map(([, name]) => readFileSync(here(`../../spec/${name}`), 'utf8'))
    .join('\n')
  return chapters
}
