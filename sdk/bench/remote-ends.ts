/** Ends of measured connections in processes of their own: Node's, wherever their host is, and pages of Chromium. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { inside } from '../../tools/lab/namespaces.js'
import type { FarEnd } from './far-end.js'

export interface RemoteEnd {
  /** Runs one call, wherever the end lives; one after the other. */
  ask<Call extends keyof FarEnd>(
    call: Call,
    ...args: Parameters<FarEnd[Call]>
  ): Promise<Awaited<ReturnType<FarEnd[Call]>>>
  /** CPU seconds so far, of all its processes. */
  cpu(): Promise<number>
  close(): unknown
}

/** In a namespace, or in that of this process. */
export function nodeEnd(namespace?: string): RemoteEnd {
  const script = fileURLToPath(new URL('./node-end.ts', import.meta.url))
  const node = [process.execPath, '--import', 'tsx', '--conditions=source', script]
  const [program = '', ...args] = namespace === undefined ? node : inside(namespace, ...node)
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const gone = once(child, 'exit').then(() => {
    throw new Error('the far end has ended')
  })
  gone.catch(() => {})
  const ask: RemoteEnd['ask'] = async (call, ...parameters) => {
    const answer = once(child, 'message')
    child.send({ call, args: parameters })
    const [{ value, error }] = await Promise.race([answer, gone])
    if (error !== undefined) throw new Error(error)
    return value
  }
  return { ask, cpu: async () => (await ask('cpu')) ?? Number.NaN, close: () => child.disconnect() }
}

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-features=WebRtcHideLocalIpsWithMdns']

/** Defines `Peer` in a page; not there unless the bench's peers are installed. */
export const PEERJS = join(
  fileURLToPath(new URL('../../tools/bench/peers/', import.meta.url)),
  'node_modules/peerjs/dist/peerjs.min.js',
)

export async function pageEnd(): Promise<RemoteEnd> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  const page = await browser.newPage()
  if (existsSync(PEERJS)) await page.addScriptTag({ path: PEERJS })
  await page.addScriptTag({ content: await pageScript() })
  const devtools = await browser.newBrowserCDPSession()
  return {
    ask: (call, ...args) =>
      page.evaluate(
        ([name, list]) =>
          (globalThis as unknown as { end: Record<string, (...args: unknown[]) => never> }).end[name]?.(...list),
        [call as string, args as unknown[]] as const,
      ) as Promise<never>,
    async cpu() {
      const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
    },
    close: () => browser.close(),
  }
}

let script: Promise<string> | undefined

function pageScript(): Promise<string> {
  script ??= build({
    entryPoints: [fileURLToPath(new URL('./page-end.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['source'],
    // The page derives no password: the worker that would is not needed.
    define: { 'import.meta.url': '"about:blank"' },
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '')
  return script
}
