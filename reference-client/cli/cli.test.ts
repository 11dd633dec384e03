import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Contact, FileTransfer, Message } from '@solo2/sdk/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clockTeller } from './clock.js'
import { sayMessage } from './describe.js'
import { diagnosisTeller } from './diagnosis.js'
import { exitCodeOf } from './exit-codes.js'
import { createOutput } from './output.js'
import { readPassword } from './password.js'
import { jsonLine, terminalLine, terminalText } from './terminal-text.js'
import { parseCommandLine, UsageError, wholeNumber } from './usage.js'

type Media = NonNullable<FileTransfer['media']>

describe('[A2] the password', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solo2-password-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const cases = [
    ['blue kettle 42', 'blue kettle 42'],
    ['blue kettle 42\n', 'blue kettle 42'],
    ['blue kettle 42\r\n', 'blue kettle 42'],
    ['blue kettle 42\n\n', 'blue kettle 42\n'],
    ['  blue kettle 42  \n', '  blue kettle 42  '],
    ['blue kettle 42\u00a0', 'blue kettle 42\u00a0'],
    ['blue kettle 42\r', 'blue kettle 42\r'],
    ['\ufeffblue kettle', '\ufeffblue kettle'],
    ['', ''],
  ] as const

  it.each(cases)('%j on stdin and in a file loses exactly one line end', async (input, password) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream
    ;(stdin as unknown as PassThrough).end(input)
    expect(await readPassword({ file: undefined, twice: true, question: '' }, stdin)).toBe(password)
    await writeFile(join(folder, 'password'), input)
    expect(await readPassword({ file: join(folder, 'password'), twice: false, question: '' })).toBe(password)
  })

  it('refuses bytes that are no text', async () => {
    await writeFile(join(folder, 'password'), Buffer.from([0xff, 0xfe, 0x41]))
    await expect(readPassword({ file: join(folder, 'password'), twice: false, question: '' })).rejects.toBeInstanceOf(
      UsageError,
    )
  })
})

describe('hostile text on a terminal', () => {
  it.each([
    ['\u001b[2J\u001b]0;owned\u0007', '<U+001B>[2J<U+001B>]0;owned<U+0007>'],
    ['Evil\u202egnp.exe', 'Evil<U+202E>gnp.exe'],
    ['\u2067Bob', '<U+2067>Bob'],
    ['\u200f\u200f', '<U+200F><U+200F>'],
    ['\u009b31m', '<U+009B>31m'],
    ['a\rb\u0008', 'a<U+000D>b<U+0008>'],
    ['tab\tline\nend', 'tab\tline\nend'],
    ['\u{e0041}', '<U+E0041>'],
    ['Zażółć \u{1f6b2} 日本', 'Zażółć \u{1f6b2} 日本'],
  ])('%j is shown as %j', (text, shown) => {
    expect(terminalText(text)).toBe(shown)
  })

  it('a name stays on one line', () => {
    expect(terminalLine('Ana\nroot: hello')).toBe('Ana<U+000A>root: hello')
  })

  it('JSON is one line, has no character that acts, and reads back whole', () => {
    const value = { text: 'a\n\u001b[2J\u009b\u202e\u2028"\\' }
    const line = jsonLine(value)
    expect(line).toMatch(/^[\u0020-\u007e]*$/)
    expect(JSON.parse(line)).toEqual(value)
  })
})

describe('output', () => {
  function streams() {
    const said = { stdout: '', stderr: '' }
    const stream = (name: 'stdout' | 'stderr') => ({
      isTTY: false,
      write(text: string) {
        said[name] += text
        return true
      },
    })
    return { said, streams: { stdout: stream('stdout'), stderr: stream('stderr') } as unknown as typeof process }
  }

  it('keeps facts on stdout and progress on stderr', () => {
    const { said, streams: to } = streams()
    const output = createOutput(false, to)
    output.progress({ event: 'progress' }, 'half')
    output.fact({ event: 'done', n: 1 }, 'done')
    expect(said).toEqual({ stdout: 'done\n', stderr: 'half\n' })
  })

  it('is JSON lines if asked', () => {
    const { said, streams: to } = streams()
    const output = createOutput(true, to)
    output.progress({ event: 'progress' }, 'half')
    output.fact({ event: 'done', n: 1 }, 'done')
    expect(said).toEqual({ stdout: '{"event":"done","n":1}\n', stderr: '{"event":"progress"}\n' })
  })

  it('says that a file is a picture or a voice note, without the pixels of its thumbnail', () => {
    const contact = { id: 'c', displayName: 'Ana' } as Contact
    const message = (media: Media): Message => ({
      ...{ id: 'm', contact: 'c', outgoing: false, state: 'received', writtenAt: 0, position: 1 },
      ...{ body: { kind: 'file', file: 'f', name: 'n', size: 3, media }, edited: false, reactions: {} },
    })
    const picture = message({ kind: 'picture', width: 1, height: 1, pixels: Uint8Array.of(1, 2) })
    const voice = message({ kind: 'voice', durationMs: 900 })
    for (const asJson of [false, true]) {
      const { said, streams: to } = streams()
      const output = createOutput(asJson, to)
      for (const one of [picture, voice]) sayMessage(output, one, contact)
      if (asJson) {
        const [first, second] = said.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).media)
        expect([first, second]).toEqual([{ kind: 'picture' }, { kind: 'voice', durationMs: 900 }])
      } else expect(said.stdout).toBe('Ana: [picture n, 3 bytes]\nAna: [voice note n, 3 bytes]\n')
    }
  })
})

describe('the command line', () => {
  it('reads command, operands and options', () => {
    expect(parseCommandLine(['send', 'Ana', '--text', 'hi', '--json'])).toMatchObject({
      command: 'send',
      operands: ['Ana'],
      options: { text: 'hi', json: true },
    })
    expect(parseCommandLine([]).command).toBe('help')
    expect(parseCommandLine(['send', '-h']).command).toBe('help')
  })

  it('has no option that takes the password itself', () => {
    for (const option of ['--password', '--pass', '-p']) {
      expect(() => parseCommandLine(['whoami', option, 'blue kettle 42'])).toThrow(UsageError)
    }
  })

  it.each(['0', '-1', '1.5', '1e3', '', 'ten', '9999999999'])('%j is no whole number', (text) => {
    expect(() => wholeNumber('count', text)).toThrow(UsageError)
  })

  it('tells faults apart by exit code', () => {
    const codes = (['person', 'server', 'world', 'peer'] as const).map(exitCodeOf)
    expect(new Set([0, 1, 2, ...codes]).size).toBe(7)
  })
})

describe('a wrong clock', () => {
  it.each([
    [86_399_500, '24 hours ahead of the server'],
    [-420_000, '7 minutes behind the server'],
    [3 * 86_400_000, '3 days ahead of the server'],
  ])('%d ms are told once, on a line of stderr, as %j', (aheadMs, said) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const tell = clockTeller(createOutput(false, { stdout, stderr } as unknown as typeof process))
    for (const ahead of [0, aheadMs, aheadMs, 0]) tell({ aheadMs: ahead })
    const lines = String(stderr.read()).trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain(said)
    expect(lines[1]).toContain('right again')
    expect(stdout.read()).toBeNull()
  })

  it('is an event of JSON beside the facts', () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    clockTeller(createOutput(true, { stdout, stderr } as unknown as typeof process))({ aheadMs: 600_000 })
    expect(JSON.parse(String(stderr.read()))).toEqual({ event: 'clock', aheadMs: 600_000 })
    expect(stdout.read()).toBeNull()
  })
})

describe('why a contact was not reached', () => {
  const diagnosis = {
    ...{ stage: 'path', failedAt: 1, advice: 'no_mirror' },
    own: { host: 1, hidden: 1, reflexive: 1, relay: 0 },
    theirs: { host: 1, hidden: 0, reflexive: 0, relay: 0 },
  } as const

  it('[T10] is told once a try, with what each side offered', () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const tell = diagnosisTeller(createOutput(false, { stdout, stderr } as unknown as typeof process))
    const contact = { id: 'a', diagnosis } as unknown as Contact
    tell(contact)
    tell(contact)
    tell({ ...contact, diagnosis: undefined })
    const [line, ...others] = String(stderr.read()).trim().split('\n')
    expect(line).toMatch(
      /blocks direct connections.*no mirror.*2 own, 1 public, 0 of the mirror; the other 1 own, 0 public/,
    )
    expect(others).toEqual([])
  })
})
