/** The command line, as data. */
import { parseArgs } from 'node:util'
import type { Selection } from './select.js'

export const USAGE = `solo2-conformance server <url>              look at a server, as anybody can from outside
solo2-conformance vectors -- <command...>   ask an implementation for everything that the vectors hold
solo2-conformance client -- <command...>    talk to an implementation as the other of two people would
solo2-conformance list [pattern]            the cases
solo2-conformance explain <case>            what a case looks at, and what it means if it is broken

  --run PATTERN         only these cases; * is any text without a slash, ** any text; may be repeated
  --skip PATTERN        not these; may be repeated
  --known-failing FILE  cases that must be broken, an id or pattern a line; one that is kept is an error
  --trace               show what was seen; of an implementation every message in hex
  --answer-seconds N    how long an implementation may take for one answer (30)
  --seed N              of "client": the random choices of another run again
  --times N             of "client": so many times as many of them (1)
  --server URL          of "client": a server on which the two can meet; without one nobody meets
  --json FILE  --junit FILE  --markdown FILE   write the report

Exit code: 0 nothing is broken but what is known, 1 something is, 2 the command makes no sense.`

/** As large as the generator of random choices takes. */
export const SEED_MAX = 2 ** 31 - 1

export interface RunCommand extends Selection {
  readonly kind: 'run'
  readonly target:
    | { readonly kind: 'server'; readonly url: string }
    | { readonly kind: 'vectors'; readonly command: readonly string[] }
    | { readonly kind: 'client'; readonly command: readonly string[] }
  readonly knownFailing: string | undefined
  readonly trace: boolean
  readonly answerMs: number
  /** Of random choices; one is drawn if none is given. */
  readonly seed: number | undefined
  readonly times: number
  /** On which the two of `client` meet. */
  readonly server: string | undefined
  readonly files: { readonly json?: string; readonly junit?: string; readonly markdown?: string }
}

export type Command =
  | RunCommand
  | { readonly kind: 'list'; readonly pattern: string | undefined }
  | { readonly kind: 'explain'; readonly id: string }
  | { readonly kind: 'help' }

/** What was typed makes no sense; the message tells why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function parseCommand(args: readonly string[]): Command {
  const end = args.indexOf('--')
  const own = end < 0 ? args : args.slice(0, end)
  const command = end < 0 ? undefined : args.slice(end + 1)
  const { values, positionals } = parsed(own)
  const [verb, ...rest] = positionals
  if (values.help || verb === undefined) return { kind: 'help' }
  if (verb === 'vectors' || verb === 'client') {
    if (rest.length > 0) throw new UsageError(`write the command behind "--": ${verb} -- ${rest.join(' ')}`)
    if (!command?.length) throw new UsageError(`${verb} needs a command behind "--"`)
    return run({ kind: verb, command }, values)
  }
  if (command !== undefined) throw new UsageError(`${verb} takes no command behind "--"`)
  const [first, second] = rest
  if (second !== undefined) throw new UsageError(`${verb} does not know what to do with ${second}`)
  switch (verb) {
    case 'server':
      return run({ kind: 'server', url: address(first) }, values)
    case 'list':
      return { kind: 'list', pattern: first }
    case 'explain':
      if (first === undefined) throw new UsageError('explain needs the id of a case; list shows them')
      return { kind: 'explain', id: first }
    default:
      throw new UsageError(`there is no command ${verb}`)
  }
}

function parsed(args: readonly string[]) {
  const one = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        run: { ...one, multiple: true },
        skip: { ...one, multiple: true },
        'known-failing': one,
        trace: { type: 'boolean' },
        'answer-seconds': one,
        seed: one,
        times: one,
        server: one,
        json: one,
        junit: one,
        markdown: one,
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

type Values = ReturnType<typeof parsed>['values']

function run(target: RunCommand['target'], values: Values): RunCommand {
  const { json, junit, markdown, seed, times = '1' } = values
  if (target.kind !== 'client' && (seed ?? values.times ?? values.server) !== undefined)
    throw new UsageError(`${target.kind} makes no random choices; --seed, --times and --server are of "client"`)
  return {
    kind: 'run',
    target,
    run: values.run ?? [],
    skip: values.skip ?? [],
    knownFailing: values['known-failing'],
    trace: values.trace ?? false,
    answerMs: seconds(values['answer-seconds'] ?? '30') * 1_000,
    seed: seed === undefined ? undefined : whole('--seed', seed, 0, SEED_MAX),
    times: whole('--times', times, 1, 10_000),
    server: values.server === undefined ? undefined : address(values.server),
    files: { ...(json && { json }), ...(junit && { junit }), ...(markdown && { markdown }) },
  }
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 3_600)) throw new UsageError(`--answer-seconds is a number up to 3600, not ${text}`)
  return value
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`${option} is a whole number from ${least} to ${most}, not ${text}`)
  return value
}

function address(text: string | undefined): string {
  if (text === undefined) throw new UsageError('server needs an address, for example http://localhost:8470')
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`${text} is no address of a server; one begins with http:// or https://`)
  return text
}
