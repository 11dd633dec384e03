/**
 * What the tunnel costs: the same bytes over a bare data channel and over a whole tunnel (scheduler, ratchet, frames) on
 * the same library, one way, from one process to another: two of Node, and two of Chromium where there is one.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import type { BenchCase, BenchGroup } from '../../tools/bench/harness.js'
import { PROTOCOL } from '../src/limits.js'
import type { EndKind } from './ends.js'
import type { FarEnd } from './far-end.js'

const MEGABYTE = 1_000_000
const NAMES: Readonly<Record<EndKind, string>> = { bare: 'bare data channel', tunnel: 'tunnel' }

/** Runs one call of an end, wherever it lives. */
type Ask = <Call extends keyof FarEnd>(
  call: Call,
  ...args: Parameters<FarEnd[Call]>
) => Promise<Awaited<ReturnType<FarEnd[Call]>>>

async function connected(kind: EndKind, sender: Ask, receiver: Ask): Promise<BenchCase> {
  await Promise.all([sender('open', kind, 'offerer'), receiver('open', kind, 'answerer')])
  await sender('acceptAnswer', kind, await receiver('acceptOffer', kind, await sender('createOffer', kind)))
  return {
    name: NAMES[kind],
    unit: 'MB',
    async run(count) {
      // Whole messages, so that none waits for a rest.
      const bytes = Math.ceil((count * MEGABYTE) / PROTOCOL.FRAME_SIZE) * PROTOCOL.FRAME_SIZE
      const arrived = receiver('arrival', kind, bytes)
      await sender('send', kind, bytes)
      await arrived
      return bytes / MEGABYTE
    },
  }
}

/** A function that undoes what opening did, last first. */
type Closing = () => unknown

const closings: Closing[] = []

async function close(): Promise<void> {
  for (const closing of closings.splice(0).reverse()) await closing()
}

function nodeEnd(): Ask {
  const child: ChildProcess = fork(fileURLToPath(new URL('./node-end.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', '--conditions=source'],
  })
  closings.push(() => child.kill('SIGKILL'))
  const gone = once(child, 'exit').then(() => {
    throw new Error('the far end has ended')
  })
  gone.catch(() => {})
  return async (call, ...args) => {
    const answer = once(child, 'message')
    child.send({ call, args })
    const [{ value, error }] = await Promise.race([answer, gone])
    if (error !== undefined) throw new Error(error)
    return value
  }
}

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-features=WebRtcHideLocalIpsWithMdns']

async function pageEnd(script: string): Promise<Ask> {
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  closings.push(() => browser.close())
  const page = await browser.newPage()
  await page.addScriptTag({ content: script })
  return (call, ...args) =>
    page.evaluate(
      ([name, list]) =>
        (globalThis as unknown as { end: Record<string, (...args: unknown[]) => never> }).end[name]?.(...list),
      [call as string, args as unknown[]] as const,
    ) as Promise<never>
}

async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page-end.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['source'],
    // The page derives no password: the worker that would is not needed.
    define: { 'import.meta.url': '"about:blank"' },
  })
  return outputFiles[0]?.text ?? ''
}

function group(title: string, open: () => Promise<Ask>): BenchGroup {
  return {
    title,
    baseline: NAMES.bare,
    async prepare() {
      const [sender, receiver] = [await open(), await open()]
      return [await connected('bare', sender, receiver), await connected('tunnel', sender, receiver)]
    },
    close,
  }
}

let script: Promise<string> | undefined

export const groups: readonly BenchGroup[] = [
  group('tunnel, one way, Node to Node', async () => nodeEnd()),
  ...(existsSync(CHROMIUM)
    ? [
        group('tunnel, one way, Chromium to Chromium', async () => {
          script ??= pageScript()
          return await pageEnd(await script)
        }),
      ]
    : []),
]
