/** The runner against testees that do what they must not: each is reported with the reason, and nothing is held up. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Case, ensureKept, type Result } from '../src/case.js'
import { systemClock as clock } from '../src/clock.js'
import { runCases } from '../src/run.js'
import type { ChildLimits } from '../src/testee/child.js'
import { type Testee, testeeSource } from '../src/testee/testee.js'

const LIMITS: ChildLimits = { startMs: 30_000, answerMs: 30_000, endMs: 30_000, messageBytes: 65_536 }

/** What a testee in plain JavaScript needs: it declares the feature "frame" and answers with the bytes 2a. */
const TOOLS = `
const send = (hex) => {
  const message = Buffer.from(hex, 'hex')
  const head = Buffer.alloc(4)
  head.writeUInt32BE(message.length)
  process.stdout.write(Buffer.concat([head, message]))
}
const DECLARATION = '0801120178' + '22056672616d65'
const declare = () => send(DECLARATION)
const answerHex = (number) => '08' + number.toString(16).padStart(2, '0') + '2a012a'
const answer = (number) => send(answerHex(number))
const onRequest = (run) => process.stdin.on('data', (data) => run(data[5]))
`

function script(body: string): string[] {
  return [process.execPath, '-e', TOOLS + body]
}

const asks = (id: string): Case<Testee> => ({
  id,
  title: 'answers with one byte',
  promises: [],
  rules: [],
  explain: '',
  features: ['frame'],
  async run(testee) {
    const outcome = await testee.call({ $case: 'pad', value: { bytes: new Uint8Array(1), size: 3 } })
    ensureKept(outcome.$case === 'bytes' && outcome.value[0] === 0x2a, `it gave ${outcome.$case}`)
  },
})

const ends: Case<Testee> = { ...asks('ends'), run: (testee) => testee.end() }

async function judged(
  command: readonly string[],
  cases: readonly Case<Testee>[],
  limits: Partial<ChildLimits> = {},
): Promise<Result[]> {
  const source = testeeSource(command, { limits: { ...LIMITS, ...limits }, trace: false })
  return await runCases(cases, source, { clock })
}

const twice = [asks('first'), asks('second')]

test('one that does what it is asked is kept', async () => {
  const results = await judged(script('declare(); onRequest(answer)'), [...twice, ends])
  expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual(Array(3).fill(['kept', undefined]))
})

describe.concurrent('both cases of a testee are broken, and told why, when it', () => {
  const hung = { answerMs: 300 }
  test.each<[string, string, RegExp, Partial<ChildLimits>?]>([
    ['hangs', 'declare(); onRequest(() => {})', /^no answer within 0.3 s$/, hung],
    ['spins', 'declare(); onRequest(() => { for (;;); })', /^no answer within 0.3 s$/, hung],
    ['answers late', 'declare(); onRequest((n) => setTimeout(answer, 2_000, n))', /^no answer within 0.3 s$/, hung],
    [
      'declares nothing',
      'setInterval(() => {}, 1_000)',
      /^it said nothing about itself within 1 s$/,
      { startMs: 1_000 },
    ],
    ['declares garbage', "send('ffff'); onRequest(answer)", /^its first message is no Declaration$/],
    ['speaks another version', "send('0802'); onRequest(answer)", /^it declares version 2 /],
    ['crashes', 'declare(); onRequest(() => process.exit(3))', /^it ended with exit code 3$/],
    ['throws', "declare(); onRequest(() => { throw new Error('out of cheese') })", /Error: out of cheese/],
    [
      'ends itself by a signal',
      "declare(); onRequest(() => process.kill(process.pid, 'SIGKILL'))",
      /^it ended by SIGKILL$/,
    ],
    ['answers another request', 'declare(); onRequest((n) => answer(n + 41))', /^it answered request 42, asked was 1$/],
    [
      'answers twice',
      "declare(); onRequest((n) => process.stdout.write(Buffer.from(('00000005' + answerHex(n)).repeat(2), 'hex')))",
      /nobody asked for$/,
    ],
    [
      'talks unasked',
      "process.stdout.write(Buffer.from('0000000c' + DECLARATION + '00000005' + answerHex(1), 'hex')); onRequest(answer)",
      /nobody asked for$/,
    ],
    [
      'answers without an end',
      "declare(); onRequest(() => process.stdout.write(Buffer.from('7fffffff', 'hex')))",
      /^a message of 2147483647 bytes/,
    ],
    ['prints on stdout', "declare(); onRequest(() => console.log('Hello, world'))", /the text "Hello, world/],
    ['answers with garbage', "declare(); onRequest(() => send('ffffff'))", /^3 bytes came that are no Answer$/],
    ['answers with nothing', "declare(); onRequest(() => send('0801'))", /^an answer came without an outcome$/],
    [
      'prints on stderr',
      "declare(); onRequest(() => console.error('deprecated'))",
      /^it printed on stderr: "deprecated"$/,
    ],
    [
      'floods stderr',
      "declare(); onRequest(() => { for (;;) process.stderr.write('x'.repeat(9999)) })",
      /^it printed without end on stderr/,
    ],
  ])('%s', async (_, body, reason, limits) => {
    for (const result of await judged(script(body), twice, limits)) {
      expect(result.verdict).toBe('broken')
      expect(result.reason).toMatch(reason)
    }
  })
})

// Whether the case that it answered was over by then is a matter of chance; no later one can go unnoticed.
test('one that floods with answers is broken in this case or the next', async () => {
  const results = await judged(script('declare(); onRequest((n) => { for (;;) answer(n) })'), twice)
  const broken = results.filter(({ verdict }) => verdict === 'broken')
  expect(broken.length).toBeGreaterThan(0)
  for (const { reason } of broken) expect(reason).toMatch(/nobody asked for$|^it answered request 1, asked was 2$/)
})

test('a command that is not there is told as such, and left alone after three tries', async () => {
  const results = await judged(['no-such-program-here'], [...twice, ...twice])
  expect(results.map(({ reason }) => reason?.replace(/: spawn.*/, ''))).toEqual([
    ...Array(3).fill('it cannot be started'),
    'it was not started again: it failed to start 3 times',
  ])
})

test('one that goes on when its stdin ends is broken', async () => {
  const [result] = await judged(script('declare(); setInterval(() => {}, 1_000)'), [ends], { endMs: 300 })
  expect(result).toMatchObject({ verdict: 'broken', reason: 'its stdin ended, and it went on' })
})

test('what is not declared is not asked, and not held against it', async () => {
  const [result] = await judged(script('declare()'), [{ ...asks('other'), features: ['frame', 'ratchet'] }])
  expect(result).toMatchObject({ verdict: 'untestable', reason: 'it does not declare ratchet' })
})

test('one that crashed is started again for the next case', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-testee-'))
  try {
    const mark = JSON.stringify(join(folder, 'was-here'))
    const body = `const fs = require('node:fs'); declare()
      onRequest((n) => { if (fs.existsSync(${mark})) return answer(n); fs.writeFileSync(${mark}, ''); process.exit(3) })`
    const results = await judged(script(body), twice)
    expect(results.map(({ verdict }) => verdict)).toEqual(['broken', 'kept'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a case that takes too long is broken, and the next one gets another process', async () => {
  const stuck: Case<Testee> = { ...asks('stuck'), longestMs: 50, run: () => new Promise(() => undefined) }
  const results = await judged(script('declare(); onRequest(answer)'), [stuck, asks('next')])
  expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual([
    ['broken', 'not done within 0.05 s'],
    ['kept', undefined],
  ])
})

test('what a wrapper started ends with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-testee-'))
  try {
    const file = join(folder, 'pid')
    const body = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); declare(); setInterval(() => {}, 1_000)`
    const inner = script(body).map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    await judged(['sh', '-c', `${inner.join(' ')}; true`], [asks('hangs')], { answerMs: 300 })
    expect(existsSync(file)).toBe(true)
    const pid = Number(readFileSync(file, 'utf8'))
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
