/** Runs asynchronous jobs one after the other: the order of a tunnel's records is the order of their commits. */

export interface Serial {
  run<T>(job: () => Promise<T>): Promise<T>
  /** Resolves when all jobs so far are done. */
  idle(): Promise<void>
}

export function createSerial(): Serial {
  let tail: Promise<unknown> = Promise.resolve()
  return {
    run(job) {
      const next = tail.then(job, job)
      tail = next.catch(() => undefined)
      return next
    },
    async idle() {
      await tail
    },
  }
}
