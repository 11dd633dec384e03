/** `npm run verify`: every static check, one line each, then what failed and what to do. */
import { pathToFileURL } from 'node:url'
import type { Check, Verdict } from './check.js'
import {
  apiCheck,
  compilerChecks,
  configurationCheck,
  generatedCheck,
  lintCheck,
  unusedCheck,
  vectorsCheck,
} from './commands.js'
import { drawingsCheck } from './drawings.js'
import { cycleCheck, layerCheck } from './layers.js'
import { liarsCheck } from './liars.js'
import { linkCheck } from './links.js'
import { pageCommandsCheck } from './page-commands.js'
import { promisePageCheck } from './promise-page.js'
import { promiseCheck } from './promise-titles.js'
import { decoderCheck, purityCheck } from './purity.js'
import { rulesCheck } from './rules.js'
import { snippetCheck } from './snippets.js'
import { specReferenceCheck } from './spec-references.js'
import { errorsCheck, limitsCheck } from './tables.js'
import { lengthCheck, textCheck } from './text.js'

const SHOWN_LINES = 25

function allChecks(): Check[] {
  return [
    ...compilerChecks(),
    lintCheck,
    layerCheck,
    cycleCheck,
    purityCheck,
    decoderCheck,
    unusedCheck,
    specReferenceCheck,
    linkCheck,
    snippetCheck,
    pageCommandsCheck,
    drawingsCheck,
    rulesCheck,
    promiseCheck,
    promisePageCheck,
    liarsCheck,
    limitsCheck,
    errorsCheck,
    generatedCheck,
    configurationCheck,
    vectorsCheck,
    apiCheck,
    textCheck,
    lengthCheck,
  ]
}

async function judge(check: Check): Promise<Verdict> {
  try {
    return await check.run()
  } catch (error) {
    return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }
  }
}

function print(check: Check, verdict: Verdict, seconds: number): void {
  const { problems, warnings = [] } = verdict
  const time = `${seconds.toFixed(1)} s`
  if (problems.length === 0) console.log(`ok      ${check.name} (${time})`)
  else console.log(`failed  ${check.name} (${time}): ${problems.length} ${problems.length === 1 ? 'line' : 'lines'}`)
  for (const line of [...problems.slice(0, SHOWN_LINES), ...warnings.slice(0, SHOWN_LINES)])
    console.log(`        ${line}`)
  if (problems.length > SHOWN_LINES) console.log(`        and ${problems.length - SHOWN_LINES} more`)
  if (problems.length > 0) console.log(`        → ${check.remedy}`)
}

/** Runs the checks whose name contains `only`, two at a time, and returns how many held and how many did not. */
export async function verify(only = ''): Promise<{ passed: number; failed: number }> {
  const waiting = allChecks().filter((check) => check.name.includes(only))
  let passed = 0
  let failed = 0
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const start = performance.now()
      const verdict = await judge(check)
      print(check, verdict, (performance.now() - start) / 1000)
      if (verdict.problems.length === 0) passed++
      else failed++
    }
  }
  await Promise.all([worker(), worker()])
  return { passed, failed }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = await verify(process.argv[2])
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
