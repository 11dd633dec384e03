#!/usr/bin/env node
/** The program `solo2-server`: reads its command line and does what it says. */
import { Solo2Error } from '@solo2/sdk/shared'
import { checkDeployment } from './check/check.js'
import { tell } from './check/finding.js'
import { backup, restore } from './command/backup.js'
import { type Command, parseCommandLine, USAGE } from './command/line.js'
import { start } from './command/start.js'
import { configurationPage } from './config/page.js'

process.umask(0o077)

const say = (error: unknown) => (error instanceof Solo2Error ? error.message : String(error))

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'start':
      return start(process.env, command.lan)
    case 'check': {
      const findings = await checkDeployment(process.env, () => Date.now())
      process.stdout.write(command.json ? `${JSON.stringify(findings)}\n` : tell(findings))
      if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1
      return
    }
    case 'backup':
      process.stdout.write(backup(process.env, command.file))
      return
    case 'restore':
      process.stdout.write(await restore(process.env, command))
      return
    case 'configuration':
      process.stdout.write(configurationPage())
      return
    case 'help':
      process.stdout.write(USAGE)
  }
}

let command: Command | undefined
try {
  command = parseCommandLine(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`solo2-server: ${say(error)}\nsolo2-server --help tells more.\n`)
  process.exitCode = 2
}
try {
  if (command !== undefined) await run(command)
} catch (error) {
  process.stderr.write(`${command?.kind === 'start' ? 'Solo2 server cannot start' : 'solo2-server'}: ${say(error)}\n`)
  process.exit(1)
}
