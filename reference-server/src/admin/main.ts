#!/usr/bin/env node
/** The program `solo2-admin`: opens the server's data folder, performs one action, says what it did by its exit code. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Solo2Error } from '@solo2/sdk/shared'
import { readConfig } from '../config.js'
import { openDataFolder } from '../data-folder.js'
import { createLog } from '../log/log.js'
import { createOutput } from '../log/output.js'
import { openStore } from '../store/open.js'
import { foreignTime } from '../test-clock/clock.js'
import { type Desk, perform } from './actions.js'
import { type Action, type CommandLine, parseCommandLine, USAGE } from './usage.js'

process.umask(0o077)

const EXIT = { failed: 1, usage: 2, declined: 3, not_found: 4, nothing: 5 } as const

async function ask(what: string): Promise<boolean> {
  process.stderr.write(what)
  if (!process.stdin.isTTY) {
    process.stderr.write('Not done: nobody is there to be asked. Say --yes.\n')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question('Type yes to go on: ')
  terminal.close()
  return answer.trim() === 'yes'
}

async function run({ yes, json }: CommandLine, action: Exclude<Action, { kind: 'help' }>): Promise<void> {
  const config = readConfig(process.env)
  if (!existsSync(join(config.data, 'server-secret'))) {
    throw new Solo2Error('not_found', `There is no server's data in ${config.data}; SOLO2_DATA names the folder.`)
  }
  const foreign = foreignTime(config.data, false)
  if (foreign !== undefined) throw new Solo2Error('invalid_argument', `SOLO2_DATA ${foreign}`)
  const folder = openDataFolder(config.data, (length) => new Uint8Array(randomBytes(length)))
  const now = () => Date.now()
  const logs = createOutput(config.log, now)
  const desk: Desk = {
    store: await openStore(config, folder.database),
    plans: config.plans,
    secret: folder.secret,
    log: createLog((line) => logs.write(line), now),
    now: () => Math.floor(now() / 1000),
    confirm: async (what) => yes || ask(what),
  }
  try {
    const { text, data } = await perform(desk, action)
    process.stdout.write(json ? `${JSON.stringify(data)}\n` : text)
  } finally {
    await desk.store.close()
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof Solo2Error)) return EXIT.failed
  if (error.code === 'not_found') return EXIT.not_found
  if (error.code === 'cancelled') return EXIT.declined
  return error.code === 'failed_precondition' ? EXIT.nothing : EXIT.failed
}

function say(error: unknown): void {
  process.stderr.write(`solo2-admin: ${error instanceof Solo2Error ? error.message : String(error)}\n`)
}

let line: CommandLine | undefined
try {
  line = parseCommandLine(process.argv.slice(2))
} catch (error) {
  say(error)
  process.stderr.write('solo2-admin --help tells more.\n')
  process.exitCode = EXIT.usage
}
if (line?.action.kind === 'help') process.stdout.write(USAGE)
else if (line !== undefined) {
  try {
    await run(line, line.action)
  } catch (error) {
    say(error)
    process.exitCode = exitCodeOf(error)
  }
}
