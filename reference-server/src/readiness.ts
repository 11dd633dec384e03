/** Whether this server can do its work now: what GET /ready tells, without saying what is missing (spec/05 section 18). */

/** Milliseconds after which what does not answer counts as not ready. */
const WAIT_MS = 2_000
/** Anybody may ask, so what was found holds for a while. */
const HOLDS_MS = 1_000

export interface Readiness {
  /** `check` resolves if that part answers; it rejects, or does not settle in time, if not. */
  add(check: () => Promise<unknown>): void
  isReady(): Promise<boolean>
}

function answers(check: () => Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), WAIT_MS)
    const end = (is: boolean) => {
      clearTimeout(timer)
      resolve(is)
    }
    check().then(
      () => end(true),
      () => end(false),
    )
  })
}

/** `now`: milliseconds. */
export function createReadiness(now: () => number): Readiness {
  const checks: (() => Promise<unknown>)[] = []
  let asked: { readonly at: number; readonly answer: Promise<boolean> } | undefined
  return {
    add(check) {
      checks.push(check)
    },
    isReady() {
      if (asked === undefined || Math.abs(now() - asked.at) >= HOLDS_MS) {
        const answer = Promise.all(checks.map(answers)).then((found) => found.every(Boolean))
        asked = { at: now(), answer }
      }
      return asked.answer
    },
  }
}
