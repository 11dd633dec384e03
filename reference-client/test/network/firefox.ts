/**
 * Firefox as Debian ships it, over WebDriver BiDi (W3C): Playwright's own driver sends it commands that this release does
 * not know.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'

/** What a fresh profile would do by itself, none of which a test asked for. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.safebrowsing.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
}

export interface FirefoxPage {
  /** Calls `globalThis.peer[method](...args)` in the page. */
  call(method: string, args: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

interface Answer {
  readonly id?: number
  readonly type: 'success' | 'error' | 'event'
  readonly result?: unknown
  readonly message?: string
}

/** `profile` may hold whom it trusts already. */
export async function openFirefox(profile: string, origin: string): Promise<FirefoxPage> {
  mkdirSync(profile, { recursive: true })
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});`)
  writeFileSync(join(profile, 'user.js'), `${lines.join('\n')}\n`)
  const program = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr'
  const child = spawn(program, ['--headless', '--remote-debugging-port=0', '--profile', profile, 'about:blank'], {
    env: { ...process.env, HOME: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const send = await connect(await listening(child.stderr))
  await send('session.new', { capabilities: {} })
  const { contexts } = (await send('browsingContext.getTree', {})) as { contexts: { context: string }[] }
  const context = contexts[0]?.context
  await send('browsingContext.navigate', { context, url: origin, wait: 'complete' })
  return {
    async call(method, args) {
      const { result, exceptionDetails } = (await send('script.callFunction', {
        functionDeclaration: `async (method, args) => JSON.stringify(await globalThis.peer[method](...JSON.parse(args)))`,
        arguments: [method, JSON.stringify(args)].map((value) => ({ type: 'string', value })),
        target: { context },
        awaitPromise: true,
      })) as { result?: { value?: string }; exceptionDetails?: { text: string } }
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text)
      return result?.value === undefined ? undefined : JSON.parse(result.value)
    },
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function listening(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1]
    if (address === undefined) continue
    output.resume()
    return address
  }
  throw new Error('Firefox ended before it listened')
}

async function connect(address: string): Promise<(method: string, params: object) => Promise<unknown>> {
  const socket = new WebSocket(`${address}/session`)
  await once(socket, 'open')
  const pending = new Map<number, (answer: Answer) => void>()
  socket.on('message', (data) => {
    const answer = JSON.parse(String(data)) as Answer
    pending.get(answer.id ?? 0)?.(answer)
  })
  let last = 0
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++last
      pending.set(id, ({ type, result, message }) => {
        pending.delete(id)
        if (type === 'success') resolve(result)
        else reject(new Error(`${method}: ${message}`))
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
}
