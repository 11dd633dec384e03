/** completion, help: what the command line tells of itself */
import { completionScript, SHELLS } from '../completion.js'
import type { Command } from '../context.js'
import { COMMAND_HELP, commandText, usageText } from '../help.js'
import { usageError } from '../usage.js'

export const completion: Command = async ({ operand }) => {
  const wanted = operand(0, 'the shell')
  const shell = SHELLS.find((name) => name === wanted)
  if (shell === undefined) throw usageError(`the shell is one of: ${SHELLS.join(', ')}`)
  process.stdout.write(completionScript(shell))
}

export const help: Command = async ({ operands: [name] }) => {
  const command = COMMAND_HELP.find((known) => known.name === name)
  if (name !== undefined && command === undefined) throw usageError('no such command')
  process.stdout.write(command === undefined ? usageText() : commandText(command))
}
