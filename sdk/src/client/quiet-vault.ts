/** A vault whose commits keep away from the ticks of the constant-rate mode (spec/09 section 5). */
import type { OpenedVault } from './vault-store.js'

/** `quiet` resolves when a commit may begin; undefined: now. */
export function quietVault(vault: OpenedVault, quiet: () => Promise<void> | undefined): OpenedVault {
  return {
    ...vault,
    get header() {
      return vault.header
    },
    async commit(changes) {
      await quiet()
      await vault.commit(changes)
    },
  }
}
