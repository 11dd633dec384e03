/** Every case in which an implementation is one of two, and the runner is the other. */
import type { ClientCase } from './client.js'
import { contentCases } from './content.js'
import { frameCases } from './frame.js'
import { handshakeCases } from './handshake.js'
import { introductionCases } from './introduction.js'
import { liveCases } from './live.js'
import { ratchetCases } from './ratchet.js'
import { storyCases } from './story.js'
import { theftCases } from './theft.js'

export const clientCases: readonly ClientCase[] = [
  ...frameCases,
  ...contentCases,
  ...introductionCases,
  ...handshakeCases,
  ...ratchetCases,
  ...theftCases,
  ...storyCases,
  ...liveCases,
]
