/** Chromium in a namespace of the laboratory, whose names are the only ones that exist. */
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { FLAGS } from '../e2e/browser.js'
import type { PeerCalls } from './peer.js'

const LABORATORY_FLAGS = [
  ...FLAGS.filter((flag) => !flag.startsWith('--host-resolver-rules')),
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.test, EXCLUDE *.test., EXCLUDE *.local, EXCLUDE *.local.',
]

export interface ChromiumPage {
  call(method: keyof PeerCalls, args: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

/** `folder` is its home, and may hold whom it trusts already. */
export async function openChromium(folder: string, origin: string): Promise<ChromiumPage> {
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: LABORATORY_FLAGS,
    env: { ...process.env, HOME: folder } as Record<string, string>,
  })
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(origin)
  await page.waitForFunction(() => globalThis.peer !== undefined)
  return {
    async call(method, args) {
      // As a person does it: a page reads no path.
      if (method === 'offerFile') await page.setInputFiles('input', String(args[0]))
      return await page.evaluate(callPeer, [method, args] as const)
    },
    close: () => context.close(),
  }
}

/** Runs in the page. */
function callPeer([method, args]: readonly [keyof PeerCalls, readonly unknown[]]): Promise<unknown> {
  const call = globalThis.peer?.[method] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined
  if (call === undefined) throw new Error('the page has no such call')
  return call(...args)
}
