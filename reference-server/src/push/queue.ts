/** Notifications on their way: a bounded number waits, a few are sent at once, and what a push service answers is done. */
import type { Log } from '../log/log.js'
import { LATER_MAX_MS, type PushOutcome } from '../rules/push-outcome.js'
import type { PushSender } from './sender.js'
import type { PushTarget } from './target.js'

/** Notifications that wait or are under way; beyond it they are dropped. */
const WAITING_MAX = 10_000
const AT_ONCE = 16
/** How often a push service may say "later" to one notification. */
const LATER_TRIES = 3

export interface PushQueueOptions {
  readonly sender: PushSender
  readonly log: Log
  /** The push service says that the subscription is gone. */
  forget(target: PushTarget): Promise<unknown>
  /** Calls once after `ms`; returns the way to cancel it. */
  after(ms: number, callback: () => void): () => void
  readonly waitingMax?: number
}

export interface PushQueue {
  /** An endpoint has one notification at a time: another one for it adds nothing. */
  add(target: PushTarget): void
  /** Drops what waits; what is under way ends by its time limit. */
  close(): void
  readonly size: number
}

interface Job {
  readonly target: PushTarget
  tries: number
}

export function createPushQueue(options: PushQueueOptions): PushQueue {
  const { sender, log } = options
  /** Every job by its endpoint, whether it waits, is under way or was told to come later. */
  const jobs = new Map<string, Job>()
  const ready: Job[] = []
  const timers = new Set<() => void>()
  let running = 0
  let closed = false

  function settle(job: Job, outcome: PushOutcome): void {
    if (closed) return
    if (outcome.kind === 'later' && outcome.afterMs <= LATER_MAX_MS && job.tries < LATER_TRIES) {
      const cancel = options.after(outcome.afterMs, () => {
        timers.delete(cancel)
        ready.push(job)
        run()
      })
      timers.add(cancel)
      return
    }
    jobs.delete(job.target.endpoint)
    if (outcome.kind === 'gone') void options.forget(job.target).catch(() => log('push', { code: 'internal' }))
    // Nothing of the endpoint: it names a person's browser.
    if (outcome.kind !== 'sent') log('push', { code: codeOf(outcome) })
  }

  function run(): void {
    while (!closed && running < AT_ONCE) {
      const job = ready.shift()
      if (job === undefined) return
      running += 1
      job.tries += 1
      void sender
        .send(job.target)
        .catch((): PushOutcome => ({ kind: 'failed', why: 'network' }))
        .then((outcome) => {
          running -= 1
          settle(job, outcome)
          run()
        })
    }
  }

  return {
    add(target) {
      if (closed || jobs.has(target.endpoint)) return
      if (jobs.size >= (options.waitingMax ?? WAITING_MAX)) return log('push', { code: 'rate_limited' })
      const job = { target, tries: 0 }
      jobs.set(target.endpoint, job)
      ready.push(job)
      run()
    },
    close() {
      closed = true
      ready.length = 0
      for (const cancel of timers) cancel()
      timers.clear()
    },
    get size() {
      return jobs.size
    },
  }
}

function codeOf(outcome: PushOutcome): string {
  switch (outcome.kind) {
    case 'refused':
      return `http_${outcome.status}`
    case 'failed':
      return `failed_${outcome.why}`
    default:
      return outcome.kind
  }
}
