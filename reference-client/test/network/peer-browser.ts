/**
 * A person in a real browser. This process stands in the person's namespace and drives the browser from there; arguments:
 * the browser, its folder, the server's origin.
 */
import { join } from 'node:path'
import { openChromium } from './chromium.js'
import { openFirefox } from './firefox.js'
import type { PeerCalls } from './peer.js'
import { serveCalls } from './serve-calls.js'

const [kind = '', folder = '', origin = ''] = process.argv.slice(2)
const page =
  kind === 'firefox' ? await openFirefox(join(folder, 'profile'), origin) : await openChromium(folder, origin)
serveCalls(async (call, args) => {
  const value = await page.call(call as keyof PeerCalls, args)
  if (call === 'end') await page.close()
  return value
})
