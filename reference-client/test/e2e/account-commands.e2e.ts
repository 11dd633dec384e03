/** What an owner does with an account, on the command line against the built server. */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CommandLine, commandLine, type Fact } from './command-line.js'
import { type ServerProcess, startServer } from './server.js'

const FIRST = '  blue kettle 42\u00A0'
const SECOND = ' green anchor 17  '

let server: ServerProcess
let tool: CommandLine
let other: CommandLine
let place: string[]

const find = (facts: readonly Fact[], event: string) => facts.find((fact) => fact.event === event)
const file = (name: string) => join(tool.folder, name)
const code = async (...args: string[]): Promise<[unknown, number]> => {
  const running = tool.start(...args)
  const ended = await running.ended
  return [find(running.facts, 'error')?.['code'], ended]
}

beforeAll(async () => {
  server = await startServer()
  tool = await commandLine(FIRST)
  other = await commandLine(FIRST)
  place = ['--server', server.origin, '--user', 'robot']
})

afterAll(async () => {
  await tool?.end()
  await other?.end()
  await server?.end()
})

describe('the account on the command line', () => {
  let words: string[]

  test('[V8] the words are shown again after the password', async () => {
    const made = find(await tool.run('register', ...place), 'registered')
    words = made?.['words'] as string[]
    expect(find(await tool.run('words'), 'words')).toMatchObject({ words })
  })

  test('[A2] [V6] a password with blanks at its ends is changed to another: one rule at every door', async () => {
    await other.run('login', ...place)
    await writeFile(file('new'), `${SECOND}\r\n`)
    expect(find(await tool.run('password', '--new-password-file', file('new')), 'password_changed')).toBeDefined()
    expect(await code('whoami')).toEqual(['wrong_password', 3])
    await writeFile(file('password'), `${SECOND.trim()}\n`)
    expect(await code('whoami')).toEqual(['wrong_password', 3])
    await writeFile(file('password'), `${SECOND}\n`)
    await tool.run('whoami')
    // The other device was not there: it still opens with what it had, and with the new one once the server was asked.
    await other.run('whoami')
    await writeFile(join(other.folder, 'password'), `${SECOND}\n`)
    await other.run('login', ...place)
    await other.run('whoami')
    expect(find(await tool.run('words'), 'words')).toMatchObject({ words })
  })

  test('[A5] [A6] another name, another code', async () => {
    const before = find(await tool.run('whoami'), 'account')
    expect(find(await tool.run('rename', 'Robot Two'), 'account')).toMatchObject({ displayName: 'Robot Two' })
    const after = find(await tool.run('new-code'), 'account')
    expect(after?.['pairingCode']).not.toBe(before?.['pairingCode'])
    expect(find(await tool.run('whoami'), 'account')).toEqual(after)
  })

  test('[T8] [T9] pace and paths are chosen for this device; a mirror that the server does not have is refused', async () => {
    expect(await tool.run('network', '--pace', 'constant')).toMatchObject([{ paths: 'any', pace: 'constant' }])
    const refused = tool.start('network', '--paths', 'mirror')
    expect(await refused.next('error')).toMatchObject({ code: 'no_mirror' })
    expect(await refused.ended).toBe(5)
    expect(await tool.run('network', '--pace', 'normal')).toMatchObject([{ paths: 'any', pace: 'normal' }])
  })

  test('[S2] sessions are listed and ended', async () => {
    const listed = (await tool.run('sessions')).filter(({ event }) => event === 'session')
    expect(listed.filter(({ current }) => current)).toHaveLength(1)
    const ended = find(await tool.run('sessions', '--end'), 'sessions_ended')
    expect(ended).toMatchObject({ ended: listed.length - 1 })
  })

  test('[V7] the words open this vault with the password lost, in capitals and with numbers, and set another', async () => {
    const typed = words.map((word, n) => `${n + 1}. ${word.toUpperCase()}`).join('\n')
    await writeFile(file('words'), typed)
    await writeFile(file('password'), 'forgotten password')
    expect(find(await tool.run('whoami', '--words-file', file('words')), 'account')).toMatchObject({
      username: 'robot',
    })
    await writeFile(file('new'), FIRST)
    await tool.run('recover', ...place, '--words-file', file('words'), '--new-password-file', file('new'))
    await writeFile(file('password'), FIRST)
    await tool.run('whoami')
  })

  test('new words: the former open nothing; a wrong one is named by its place', async () => {
    const made = find(await tool.run('new-words'), 'new_words')?.['words'] as string[]
    expect(await code('whoami', '--words-file', file('words'))).toEqual(['wrong_words', 3])
    await writeFile(file('words'), made.join(' '))
    await tool.run('whoami', '--words-file', file('words'))
  })

  test('[V7] the server is gone: password and words open the vault', async () => {
    await server.kill()
    await tool.run('whoami')
    await tool.run('whoami', '--words-file', file('words'))
    await tool.run('words')
    expect(await code('password', '--new-password-file', file('new'))).toEqual(['server_away', 5])
    await server.again()
  })

  test('[V10] [V11] [A2] a backup keeps the blanks of its password and is restored; a readable copy opens in unzip', async () => {
    const [sealed, copy] = [file('robot.backup'), file('robot.zip')]
    await writeFile(file('own'), '  of the backup \u00A0\n')
    const own = ['--backup-password-file', file('own')]
    expect(find(await tool.run('backup', sealed, ...own), 'backup')).toMatchObject({ contacts: 0, left: 0 })
    await writeFile(file('own'), 'of the backup')
    expect(await code('restore', sealed, ...place, ...own)).toEqual(['wrong_password', 3])
    await writeFile(file('own'), '  of the backup \u00A0')
    expect(find(await tool.run('restore', sealed, ...place, ...own), 'restored')).toMatchObject({ messages: 0 })
    expect(await code('export', copy)).toEqual(['usage', 2])
    expect(find(await tool.run('export', copy, '--yes', 'robot'), 'readable_copy')).toMatchObject({ contacts: 0 })
    expect(execFileSync('unzip', ['-t', copy], { encoding: 'utf8' })).toContain('No errors detected')
  })

  test('[D1] the account is deleted after its name was said; the vault stays', async () => {
    expect(await code('delete-account')).toEqual(['usage', 2])
    await tool.run('delete-account', '--yes', 'robot')
    await tool.run('whoami')
    expect(await code('rename', 'Nobody')).toEqual(['unauthenticated', 4])
    await other.run('whoami')
  })
})
