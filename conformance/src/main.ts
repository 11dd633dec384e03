#!/usr/bin/env node
/** `solo2-conformance`: reads the command line, runs, writes. What it decides stands in the modules that it calls. */
import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { clientSource } from '../cases/client/client.js'
import { clientCases } from '../cases/client/index.js'
import { openServer, serverCases } from '../cases/server/index.js'
import { vectorCases } from '../cases/vectors/index.js'
import type { Case } from './case.js'
import { systemClock as clock } from './clock.js'
import { type Command, parseCommand, type RunCommand, SEED_MAX, USAGE, UsageError } from './options.js'
import { readPromises } from './promises.js'
import { reportJson, reportJunit, reportMarkdown } from './report/files.js'
import { makeReport, type Report } from './report/report.js'
import { reportText } from './report/text.js'
import { LONGEST_MS, runCases, type Source } from './run.js'
import { idlePatterns, matches, parseList, select } from './select.js'
import { TESTEE_LIMITS, testeeSource } from './testee/testee.js'

type AnyCase = Omit<Case<never>, 'run'>

const allCases: readonly AnyCase[] = [...serverCases, ...vectorCases, ...clientCases]

function list(pattern: string | undefined): void {
  const found = allCases.filter(({ id }) => pattern === undefined || id.includes(pattern) || matches(pattern, id))
  if (found.length === 0) throw new UsageError(`no case has ${pattern} in its name`)
  for (const { id, promises, title, rules } of found) {
    const cited = rules.length > 0 ? ` (${rules.join(', ')})` : ''
    console.log(`${id}  ${promises.map((one) => `[${one}]`).join('')} ${title}${cited}`)
  }
}

function explain(id: string): void {
  const found = allCases.find((one) => one.id === id)
  if (found === undefined) throw new UsageError(`there is no case ${id}; "list" shows them`)
  console.log(`${found.id}\n\n${found.title}\n\n${found.explain}\n`)
  if (found.promises.length > 0) console.log(`Promises: ${found.promises.join(', ')} (spec/promises.md)`)
  if (found.rules.length > 0) console.log(`Rules: ${found.rules.join(', ')}`)
}

async function run(command: RunCommand): Promise<number> {
  const { target, answerMs, trace } = command
  if (target.kind === 'server') {
    const subject = openServer(target.url)
    const close = async (): Promise<void> => await subject[Symbol.asyncDispose]()
    return await runAll(command, serverCases, { name: () => subject.origin, open: async () => ({ subject }), close })
  }
  const source = testeeSource(target.command, { limits: { ...TESTEE_LIMITS, answerMs }, trace })
  if (target.kind === 'vectors') return await runAll(command, vectorCases, source)
  const { seed = randomInt(SEED_MAX), times } = command
  const server = command.server === undefined ? undefined : openServer(command.server)
  console.log(`Random choices: --seed ${seed}`)
  const cases = clientCases.map((one) => ({ ...one, longestMs: LONGEST_MS * times }))
  return await runAll(command, cases, clientSource(source, { seed, times }, server))
}

async function runAll<Subject>(
  command: RunCommand,
  cases: readonly Case<Subject>[],
  source: Source<Subject>,
): Promise<number> {
  const knownFailing = command.knownFailing === undefined ? [] : parseList(readList(command.knownFailing))
  const patterns = [...command.run, ...command.skip, ...knownFailing]
  const idle = idlePatterns(
    patterns,
    cases.map(({ id }) => id),
  )
  if (idle.length > 0) throw new UsageError(`no case is called ${idle.join(', ')}; "list" shows them`)
  const selected = select(cases, command)
  if (selected.length === 0) throw new UsageError('nothing is left to run')
  // What was started or made for the cases goes with the runner, also when somebody ends it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void source.close().finally(() => process.exit(1)))
  }
  const results = await runCases(selected, source, { clock, onResult: progress(selected.length) })
  const report = makeReport({
    subject: source.name(),
    cases: selected,
    results,
    promises: readPromises(),
    knownFailing,
  })
  console.log(reportText(report, command.trace))
  writeFiles(command.files, report)
  return report.isGood ? 0 : 1
}

function readList(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`${path} cannot be read`)
  }
}

function writeFiles({ json, junit, markdown }: RunCommand['files'], report: Report): void {
  if (json !== undefined) writeFileSync(json, reportJson(report))
  if (junit !== undefined) writeFileSync(junit, reportJunit(report))
  if (markdown !== undefined) writeFileSync(markdown, reportMarkdown(report))
}

/** Where somebody watches: how far it is. */
function progress(total: number): () => void {
  let done = 0
  return () => {
    done += 1
    if (process.stderr.isTTY) process.stderr.write(done < total ? `\r${done} of ${total}` : '\r\x1b[K')
  }
}

async function main(command: Command): Promise<number> {
  if (command.kind === 'run') return await run(command)
  if (command.kind === 'list') list(command.pattern)
  else if (command.kind === 'explain') explain(command.id)
  else console.log(USAGE)
  return 0
}

try {
  process.exitCode = await main(parseCommand(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`solo2-conformance: ${error.message}\n\n${USAGE}`)
  process.exitCode = 2
}
