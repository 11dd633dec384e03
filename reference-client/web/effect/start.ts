/** The first look: what this browser gives, and which vaults are here, also those that cannot be read [V1]. */
import type { Action } from '../action.js'
import { type ErrorCode, loadSdk } from '../sdk.js'
import { probe } from './probe.js'

/** How often a vault that another tab keeps from being looked at is looked at again. */
const AGAIN_MS = 1_000

export async function lookAround(dispatch: (action: Action) => void): Promise<void> {
  const missing = await probe()
  if (missing.length > 0) return dispatch({ type: 'probed', missing, vaults: [] })
  const sdk = await loadSdk()
  let told: ErrorCode | undefined | 'nothing' = 'nothing'
  do {
    if (told !== 'nothing') await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    const vaults = await sdk.vaults()
    const [code]: readonly ErrorCode[] = await sdk.unreadable()
    const problem = code === undefined ? {} : { problem: { code, culprit: 'world' } }
    if (code !== told) dispatch({ type: 'probed', missing, vaults, ...problem })
    told = code
  } while (told === 'storage_locked')
}
