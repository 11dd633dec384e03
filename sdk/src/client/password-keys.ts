/** From what a person typed to the two keys (spec/03 section 2): the slow step, with its progress and its cancel. */
import { preparePassword } from '../account/rules.js'
import { toHex, wipe } from '../bytes/bytes.js'
import { type PasswordKeys, passwordProfile, splitPassword } from '../keys/password.js'
import type { WrapperHeader } from '../keys/wrapper.js'
import type { Host } from '../ports/host.js'
import type { SlowCall } from './api.js'

export type Stretch = (header: WrapperHeader) => Promise<PasswordKeys>

/**
 * Stretches one typed password; a second time with the same profile and salt gives the same keys without the wait. Whoever
 * makes it wipes what it gave. Rejects with `weak_password`, `unsupported_version`, `out_of_memory`, `cancelled`.
 */
export function passwordStretcher(host: Host, typed: string, call: SlowCall): Stretch {
  const made = new Map<string, PasswordKeys>()
  return async ({ profile, salt }) => {
    const name = `${profile} ${toHex(salt)}`
    const known = made.get(name)
    if (known !== undefined) return known
    const password = preparePassword(typed)
    call.onProgress?.('keys')
    try {
      const stretched = await host.argon2id(password, salt, passwordProfile(profile), call.signal)
      const keys = splitPassword(host.primitives, stretched)
      wipe(stretched)
      made.set(name, keys)
      return keys
    } finally {
      wipe(password)
    }
  }
}
