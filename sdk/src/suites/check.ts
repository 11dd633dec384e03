/** What behaviour suites judge by, so that they need no test runner's own. */

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`)
}

export function same(is: unknown, due: unknown): void {
  const [here, there] = [is, due].map((value) => JSON.stringify(value))
  if (here !== there) throw new Error(`is ${here}, should be ${there}`)
}

export function throws(act: () => void, code: string): void {
  try {
    act()
  } catch (error) {
    same((error as { readonly code?: unknown }).code, code)
    return
  }
  throw new Error(`did not throw, should be ${code}`)
}

export async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  const failed = await promise.then(
    () => undefined,
    (error: unknown) => error ?? {},
  )
  if (failed === undefined) throw new Error(`did not reject, should be ${code}`)
  same((failed as { readonly code?: unknown }).code, code)
}
