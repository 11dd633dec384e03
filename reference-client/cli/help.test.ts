import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { paintFor } from './colour.js'
import { completionScript, SHELLS } from './completion.js'
import { fileProgress } from './describe.js'
import { EXIT, EXIT_CODES_TEXT } from './exit-codes.js'
import { COMMAND_HELP, commandText, OPTION_HELP, optionsOf, usageText } from './help.js'
import { createOutput } from './output.js'
import { bar, sizeText, speedTeller, timeText } from './progress-bar.js'
import { OPTIONS, parseCommandLine } from './usage.js'

describe('help', () => {
  it('tells of each command that there is, and of no other', async () => {
    const run = await readFile(fileURLToPath(new URL('./run.ts', import.meta.url)), 'utf8')
    const known = [...run.matchAll(/^ {2}\['([a-z-]+)', \w+\],$/gm)].map(([, name]) => name)
    expect(COMMAND_HELP.map(({ name }) => name).sort()).toEqual(known.sort())
  })

  it('tells of each option, what takes a value, and which command uses it', () => {
    for (const [option, { type }] of Object.entries(OPTIONS)) {
      expect([option, OPTION_HELP[option as keyof typeof OPTIONS].value !== undefined]).toEqual([
        option,
        type === 'string',
      ])
      expect(COMMAND_HELP.some((command) => optionsOf(command).includes(option as keyof typeof OPTIONS))).toBe(true)
    }
  })

  it('of one command has its operands and its options only', () => {
    const send = COMMAND_HELP.find(({ name }) => name === 'send')
    const text = send === undefined ? '' : commandText(send)
    expect(text).toMatch(/^solo2 send WHO \[OPTIONS\]\n/)
    expect(text).toContain('--file PATH')
    expect(text).not.toContain('--accept-files')
    expect(parseCommandLine(['send', '--help'])).toMatchObject({ command: 'help', operands: ['send'] })
  })

  it('of all has no line over 140 columns, and lists each exit code', () => {
    for (const line of usageText().split('\n')) expect([line, line.length <= 140]).toEqual([line, true])
    for (const code of Object.values(EXIT)) expect(EXIT_CODES_TEXT).toMatch(new RegExp(`^ *${code}  `, 'm'))
  })
})

describe('pages', () => {
  const ROOT = new URL('../../', import.meta.url)
  const PAGES = [
    'README.md',
    'reference-client/cli/README.md',
    'docs/guides/bots.md',
    'docs/guides/first-tunnel-node.md',
  ]

  /** Each `solo2 …` in a block of shell, without its comment. */
  async function shown(): Promise<string[]> {
    const texts = await Promise.all(PAGES.map((page) => readFile(new URL(page, ROOT), 'utf8')))
    const blocks = texts.flatMap((text) =>
      [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block),
    )
    const lines = blocks.join('').split('\n')
    return lines.flatMap((line) => /\bsolo2 ([^#)]+)/.exec(line.replace(/\s#.*$/, ''))?.[1]?.trim() ?? [])
  }

  it('show commands and options that there are', async () => {
    const lines = await shown()
    expect(lines.length).toBeGreaterThanOrEqual(12)
    for (const line of lines) {
      const { command, options } = parseCommandLine(line.split(/\s+/))
      const help = COMMAND_HELP.find(({ name }) => name === command)
      expect([line, help?.name]).toEqual([line, command])
      if (help) expect(optionsOf(help)).toEqual(expect.arrayContaining(Object.keys(options)))
    }
  })
})

describe('completion', () => {
  it.each(SHELLS)('%s: names every command and option', (shell) => {
    const script = completionScript(shell)
    for (const { name } of COMMAND_HELP) expect(script).toContain(name)
    for (const option of Object.keys(OPTIONS)) expect(script).toContain(option)
  })

  /** What bash offers for the last word. */
  function offered(...words: string[]): string[] {
    const [current = '', previous = ''] = [words.at(-1), words.at(-2)]
    const call = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`
    const script = `${completionScript('bash')}\n${call}\n_solo2 solo2 '${current}' '${previous}'; echo "\${COMPREPLY[@]}"`
    const { stdout, status } = spawnSync('bash', ['-c', script.replaceAll('compopt', 'true')], { encoding: 'utf8' })
    expect(status).toBe(0)
    return stdout.trim().split(' ').filter(Boolean)
  }

  it('bash offers commands, then the options of the command, then their words', () => {
    expect(offered('solo2', 're')).toEqual(
      ['requests', 'receive', 'recover', 'restore', 'rename', 'register'].sort(
        (a, b) => COMMAND_HELP.findIndex(({ name }) => name === a) - COMMAND_HELP.findIndex(({ name }) => name === b),
      ),
    )
    expect(offered('solo2', 'send', 'Ana', '--f')).toEqual(['--file'])
    expect(offered('solo2', 'network', '--pace', 'me')).toEqual(['metered'])
    expect(offered('solo2', 'completion', 'z')).toEqual(['zsh'])
    expect(offered('solo2', 'send', '--text', 'any')).toEqual([])
  })

  it('bash reads it without a complaint', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'solo2-completion-'))
    try {
      await writeFile(join(folder, 'solo2.bash'), completionScript('bash'))
      const { stderr } = await promisify(execFile)('bash', ['-n', join(folder, 'solo2.bash')])
      expect(stderr).toBe('')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('colours and bars', () => {
  it('are for terminals that want them', () => {
    expect(paintFor(true, {}).bold('Ana')).toBe('\u001b[1mAna\u001b[22m')
    for (const paint of [paintFor(false, {}), paintFor(true, { NO_COLOR: '1' }), paintFor(true, { TERM: 'dumb' })]) {
      expect(paint.bold('Ana') + paint.dim('x')).toBe('Anax')
    }
    // https://no-color.org: when present and not an empty string.
    expect(paintFor(true, { NO_COLOR: '' }).dim('x')).toBe('\u001b[2mx\u001b[22m')
  })

  it('show how far, how fast and how long still', () => {
    expect(bar('a\u001b[2J.bin', 0, 10, 4)).toBe('a<U+001B>[2J.bin [----] 0 %')
    expect(bar('a', 5, 10, 4)).toBe('a [##--] 50 %')
    expect(bar('a', 0, 0, 4)).toBe('a [####] 100 %')
    expect([999, 1_000, 99_400, 999_499, 999_500, 10 ** 10].map(sizeText)).toEqual([
      '999 B',
      '1.0 kB',
      '99.4 kB',
      '999 kB',
      '1.0 MB',
      '10.0 GB',
    ])
    expect([0, 42, 61, 3_723].map(timeText)).toEqual(['0:00', '0:42', '1:01', '1:02:03'])
    let now = 0
    const speed = speedTeller(() => now)
    expect(speed(0, 10_000_000)).toBe('')
    now = 2_000
    expect(speed(4_000_000, 10_000_000)).toBe('  2.0 MB/s, 0:03 left')
  })

  it.each([true, false])('a file is a line that is rewritten on a terminal (%s), else one line a percent', (isTTY) => {
    let said = ''
    const stream = {
      isTTY,
      write(text: string) {
        said += text
        return true
      },
    }
    const output = createOutput(false, { stdout: stream, stderr: stream } as unknown as typeof process)
    const show = fileProgress(output, 'f')
    for (const bytes of [1, 50, 50, 100]) show('moving', bytes, 100)
    output.settle()
    const plain = said.replaceAll('\r\u001b[K', '^')
    if (isTTY) expect(plain).toMatch(/^(\^moving f \[[#-]{20}\] \d+ %){3}\n$/)
    else expect(said).toBe('f: moving 1 %\nf: moving 50 %\nf: moving 100 %\n')
  })
})
