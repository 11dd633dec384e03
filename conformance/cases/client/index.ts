/** Every case in which an implementation is one of two, and the runner is the other. */
import { backupCases } from './backup.js'
import type { ClientCase } from './client.js'
import { contentCases } from './content.js'
import { frameCases } from './frame.js'
import { handshakeCases } from './handshake.js'
import { introductionCases } from './introduction.js'
import { liveCases } from './live.js'
import { mergeCases } from './merge.js'
import { ratchetCases } from './ratchet.js'
import { storyCases } from './story.js'
import { theftCases } from './theft.js'
import { vaultCases } from './vault.js'

export const clientCases: readonly ClientCase[] = [
  ...frameCases,
  ...contentCases,
  ...introductionCases,
  ...handshakeCases,
  ...ratchetCases,
  ...theftCases,
  ...storyCases,
  ...vaultCases,
  ...mergeCases,
  ...backupCases,
  ...liveCases,
]
