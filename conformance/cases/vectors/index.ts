/** Every case that the vector files hold. */
import { backupCases } from './backup.js'
import { contentCases } from './content.js'
import { endCase } from './end.js'
import { frameCases } from './frame.js'
import { handshakeCases } from './handshake.js'
import { introductionCases } from './introduction.js'
import type { VectorCase } from './judge.js'
import { mergeCases } from './merge.js'
import { ratchetCases } from './ratchet.js'
import { vaultCases } from './vault.js'

export const vectorCases: readonly VectorCase[] = [
  ...frameCases,
  ...introductionCases,
  ...handshakeCases,
  ...ratchetCases,
  ...contentCases,
  ...vaultCases,
  ...mergeCases,
  ...backupCases,
  endCase,
]
