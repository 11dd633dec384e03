/** Mode `client`: the SDK behind the command, an implementation in another language, and one fault after the other. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { clientSource } from '../cases/client/client.js'
import { clientCases } from '../cases/client/index.js'
import type { Result } from '../src/case.js'
import { systemClock as clock } from '../src/clock.js'
import { runCases } from '../src/run.js'
import { select } from '../src/select.js'
import { type Fault, faultySource } from './faulty.js'

const TSX = [process.execPath, '--import', 'tsx', '--conditions=source']
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'solo2-client-mode-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Throws if the command ends with another code than 0. */
async function command(...args: readonly string[]): Promise<string> {
  const [node = '', ...rest] = [...TSX, here('../src/main.ts'), ...args]
  return (await promisify(execFile)(node, rest)).stdout
}

test('the SDK keeps every case of a conversation', async () => {
  const file = join(folder, 'sdk.json')
  // Those on a server have a test of their own.
  const out = await command(
    'client',
    '--skip',
    'client/live/*',
    '--json',
    file,
    '--',
    ...TSX,
    here('../testees/sdk/main.ts'),
  )
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Result[] }
  expect(cases.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
  expect(cases.length).toBe(select(clientCases, { run: [], skip: ['client/live/*'] }).length)
  expect(out).toMatch(/^Random choices: --seed \d+$/m)
})

const VAULT = ['vault', 'merge', 'backup'].flatMap((subject) => ['--run', `client/${subject}/*`])

test('a second implementation, in Python, keeps handshakes, whole stories and vaults', async () => {
  const only = ['--run', 'client/handshake/**', '--run', 'client/story/**', ...VAULT]
  // Debian's, for which tools/test/debian.ts has the packages.
  const out = await command('client', ...only, '--', '/usr/bin/python3', here('../testees/python/main.py'))
  expect(out).toMatch(/^python 1: \d+ kept$/m)
})

async function judged(fault: Fault | undefined, patterns: readonly string[], seed = 1): Promise<readonly Result[]> {
  const source = clientSource(faultySource(fault), { seed, times: 1 })
  return await runCases(select(clientCases, { run: patterns, skip: [] }), source, { clock })
}

function brokenIn(results: readonly Result[]): string[] {
  return results.filter(({ verdict }) => verdict !== 'kept').map(({ id }) => id)
}

const SAMPLE = ['client/ratchet/*-as-responder', 'client/ratchet/replayed', 'client/story/*-as-initiator']

test('one without a fault keeps the cases that the others break', async () => {
  expect(brokenIn(await judged(undefined, SAMPLE))).toEqual([])
})

describe('one that has a fault is broken, where it shows:', () => {
  test.each<[Fault, string, readonly string[], RegExp]>([
    ['draws secrets of its own', 'client/ratchet/conversation-*', ['conversation-as-initiator'], /^frame 0 differs /],
    ['opens a frame twice', 'client/ratchet/replayed', ['replayed'], /^openFrame gave bytes, it must be refused/],
    ['forgets its state with a refused frame', 'client/ratchet/damaged', ['damaged'], /lacks a field|"closed"/],
    ['shakes hands without a psk', 'client/handshake/*', ['as-initiator', 'as-responder'], /refuse/],
    [
      'keeps no secret for the next meeting',
      'client/story/again*',
      ['again-and-again-as-initiator'],
      /keeps held 0000/,
    ],
    ['shows no notice', 'client/story/other-side*', ['other-side-restored-as-responder'], /./],
    ['cuts long texts', 'client/content/*', ['round-trip'], /^the body/],
    ['seals for every topic alike', 'client/introduction/seal', ['seal'], /refused by the recipient: open_failed/],
  ])('%s', async (fault, pattern, expected, reason) => {
    const results = await judged(fault, [pattern])
    const broken = results.filter(({ verdict }) => verdict !== 'kept')
    const names = broken.map(({ id }) => id.slice(id.lastIndexOf('/') + 1))
    expect(names).toEqual(expect.arrayContaining([...expected]))
    expect(broken.find(({ id }) => id.endsWith(expected[0] as string))?.reason).toMatch(reason)
  })
})

test('the smallest input that shows a fault is told, with the seed that finds it again', async () => {
  const [first] = await judged('cuts long texts', ['client/content/round-trip'], 5)
  expect(first?.reason).toContain('--seed 5')
  expect(first?.seen.at(-1)).toMatch(/^with .*"text"/)
  const [second] = await judged('cuts long texts', ['client/content/round-trip'], 5)
  expect(second?.seen).toEqual(first?.seen)
})
