/** Where a test moves this server's time (spec/05 section 20). No part of the account plane: it asks for no session. */
import { Solo2Error } from '@solo2/sdk/shared'
import { z } from 'zod'
import type { HttpAnswer, HttpCall } from '../envelope/connect.js'
import { parseJson } from '../envelope/json.js'
import { type Log, originOf } from '../log/log.js'
import { isLoopbackAddress } from '../rules/public-address.js'
import type { TestClock } from './clock.js'

export const TEST_CLOCK_PATH = '/v1/test/clock'

/** One step, so that a typing error is not a century: longer than anything is kept for. */
const STEP_MAX_MS = 31 * 86_400_000

const step = z.strictObject({ advanceMs: z.number().int().min(0).max(STEP_MAX_MS) })

/** A page has an Origin, and a proxy says for whom it asks: both may be led here by somebody else. */
const OF_OTHERS = ['origin', 'sec-fetch-site', 'forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

export interface TestClockOptions {
  readonly clock: TestClock
  /** Deletes and forgets what is over by now. */
  retain(): Promise<void>
  readonly log: Log
}

export type TestClockDoor = (call: HttpCall) => Promise<HttpAnswer>

function answer(status: number, told: object, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: Buffer.from(JSON.stringify(told)),
  }
}

/** By another name a foreign page would reach this port (DNS rebinding). */
function namesLoopback(host: string): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?$/i.exec(host)?.[1] ?? ''
  return name.toLowerCase() === 'localhost' || isLoopbackAddress(name.replace(/^\[|\]$/g, ''))
}

function readStep(body: Uint8Array): number | undefined {
  try {
    return (parseJson(body, step) as z.infer<typeof step>).advanceMs
  } catch (error) {
    if (error instanceof Solo2Error) return undefined
    throw error
  }
}

export function createTestClockDoor({ clock, retain, log }: TestClockOptions): TestClockDoor {
  /** One step after the other, so that each answer is the time at which its retention ran. */
  let steps = Promise.resolve()
  const move = (ms: number): Promise<number> => {
    const moved = steps.then(async () => {
      clock.advance(ms)
      await retain()
      return clock.now()
    })
    steps = moved.then(
      () => undefined,
      () => undefined,
    )
    return moved
  }
  return async (call) => {
    if (!namesLoopback(call.header('host')) || OF_OTHERS.some((name) => call.header(name) !== '')) {
      return answer(403, { result: 'forbidden' })
    }
    if (call.method !== 'POST') return answer(405, { result: 'invalid' }, { allow: 'POST' })
    if (call.header('content-type') !== 'application/json') return answer(415, { result: 'invalid' })
    const ms = readStep(call.body)
    if (ms === undefined) return answer(400, { result: 'invalid' })
    try {
      return answer(200, { nowMs: await move(ms) })
    } catch (error) {
      log('failed', originOf(error))
      return answer(500, { result: 'failed' })
    }
  }
}
