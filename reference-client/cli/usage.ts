/** The command line's words: options, and what is wrong with them. */
import { parseArgs } from 'node:util'

export class UsageError extends Error {}

export function usageError(message: string): UsageError {
  return new UsageError(message)
}

export const OPTIONS = {
  vault: { type: 'string' },
  downloads: { type: 'string' },
  server: { type: 'string' },
  user: { type: 'string' },
  name: { type: 'string' },
  'password-file': { type: 'string' },
  'new-password-file': { type: 'string' },
  'backup-password-file': { type: 'string' },
  'words-file': { type: 'string' },
  yes: { type: 'string' },
  end: { type: 'boolean' },
  anew: { type: 'boolean' },
  timeout: { type: 'string' },
  text: { type: 'string' },
  file: { type: 'string' },
  from: { type: 'string' },
  count: { type: 'string' },
  limit: { type: 'string' },
  once: { type: 'boolean' },
  paths: { type: 'string' },
  pace: { type: 'string' },
  'accept-files': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export type Options = ReturnType<typeof parse>['values']

export interface CommandLine {
  readonly command: string
  /** What follows the command. */
  readonly operands: readonly string[]
  readonly options: Options
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
}

/** Throws {@link UsageError}. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : 'not understood')
  }
  const { positionals, values } = parsed
  if (values.help) return { command: 'help', operands: positionals, options: values }
  const [command = 'help', ...operands] = positionals
  return { command, operands, options: values }
}

/** A whole number of at least 1. Throws {@link UsageError}. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < 1) throw usageError(`--${option} is a whole number from 1`)
  return value
}
