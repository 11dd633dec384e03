/** A server's test clock (spec/05 section 20, spec/15 section 7): found by asking, moved by steps, and read again. */
import { Broken, ensureKept, Untestable } from '../../src/case.js'
import { exchange, type HttpAnswer } from './http.js'
import { renew } from './people.js'
import { ask, type ServerCase, type ServerSubject } from './subject.js'

export const CLOCK_PATH = '/v1/test/clock'
const STEP_MAX_MS = 31 * 86_400_000
/** Until shortly before its end a thing must be there: time for a call to come and go, in milliseconds. */
const SHORTLY_MS = 5_000

export interface ServerClock {
  /** The server's time, unix milliseconds. */
  now(): Promise<number>
  /** Moves it on to at least this; stays where it is if that is over. */
  moveTo(ms: number): Promise<void>
}

/** One step as anybody would ask for it, save for these headers. */
export function askClock(
  subject: ServerSubject,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const request = { path: CLOCK_PATH, headers: { 'content-type': 'application/json', ...headers }, body }
  // By another name the policy of the answer is another one too, and no flaw.
  return headers['host'] === undefined ? ask(subject, request) : exchange(subject.origin, request)
}

/** What an answer tells as the server's time; undefined if it tells none. */
export function timeIn({ status, body }: HttpAnswer): number | undefined {
  if (status !== 200) return undefined
  try {
    const { nowMs } = JSON.parse(body.toString()) as { nowMs?: unknown }
    return Number.isSafeInteger(nowMs) ? (nowMs as number) : undefined
  } catch {
    return undefined
  }
}

export function isAtLoopback({ origin }: ServerSubject): boolean {
  const { hostname } = new URL(origin)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

/** Undefined if this server has none, or one that is not to be moved. */
async function clockOf(subject: ServerSubject): Promise<ServerClock | undefined> {
  if (!isAtLoopback(subject) || timeIn(await askClock(subject, '{"advanceMs":0}')) === undefined) return undefined
  let last = 0
  const advance = async (advanceMs: number): Promise<number> => {
    const answer = await askClock(subject, JSON.stringify({ advanceMs }))
    const told = timeIn(answer)
    if (told === undefined) throw new Broken(`the test clock answers a step of ${advanceMs} ms with ${answer.status}`)
    ensureKept(told >= last + advanceMs, `the test clock went from ${last} to ${told} by a step of ${advanceMs} ms`)
    last = told
    return told
  }
  return {
    now: () => advance(0),
    async moveTo(ms) {
      for (let at = await advance(0); at < ms; ) at = await advance(Math.min(ms - at, STEP_MAX_MS))
    },
  }
}

/** What a server without a clock has is the machine's time, near enough to what a stranger has. */
export async function timeOf(subject: ServerSubject): Promise<number> {
  return (await clockOf(subject))?.now() ?? Date.now()
}

export interface Lasting {
  /** What is looked at, as the subject of a sentence. */
  readonly what: string
  /** Unix milliseconds of the server: before the first it must be there, from the second on it must be gone. */
  readonly end: readonly [earliest: number, latest: number]
  /** Each is asked once, the first before the end and the second at it. */
  before(): Promise<boolean>
  after(): Promise<boolean>
}

/** It is there shortly before its end, and not from its end on. */
export async function ensureEnds(clock: ServerClock, { what, end, before, after }: Lasting): Promise<void> {
  const [earliest, latest] = end
  await clock.moveTo(earliest - SHORTLY_MS)
  const isThere = await before()
  if (!isThere && (await clock.now()) >= earliest) throw new Untestable('this machine was too slow to look in time')
  ensureKept(isThere, `${what} is gone before its end`)
  await clock.moveTo(latest)
  ensureKept(!(await after()), `${what} is there after its end`)
}

/** Whose session ended while the time was moved gets another one. */
export async function renewAll(subject: ServerSubject): Promise<void> {
  for (const found of await Promise.allSettled(subject.people.values())) {
    if (found.status === 'fulfilled' && !found.value.deleted) await renew(subject, found.value)
  }
}

type Clocked = Omit<ServerCase, 'run'> & {
  run(subject: ServerSubject, clock: ServerClock, note: (text: string) => void): Promise<void>
}

/** A case that moves the time; not testable where that cannot be done, and without a trace for the next case. */
export function clocked(one: Clocked): ServerCase {
  return {
    ...one,
    async run(subject, seen) {
      const clock = await clockOf(subject)
      if (clock === undefined) throw new Untestable('this server has no test clock (spec/05 section 20)')
      try {
        await one.run(subject, clock, (text) => seen.note(text))
      } finally {
        await renewAll(subject)
      }
    },
  }
}
