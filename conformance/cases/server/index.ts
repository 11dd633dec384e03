/** The cases of a server, in the order in which they run best: what needs a minute begins first and is looked at last; what moves the time stands behind. */
import { admissionCases } from './admission.js'
import { dayCases } from './days.js'
import { envelopeCases } from './envelope.js'
import { frameCases } from './frames.js'
import { everyAnswer, headerCases } from './headers.js'
import { hostileCases } from './hostile.js'
import { limitCases } from './limits.js'
import { mirrorCases } from './mirror.js'
import { nameCases } from './names.js'
import { pairingCases } from './pairing.js'
import { paymentCases } from './payments.js'
import { profileCases } from './profile.js'
import { first, last } from './retention.js'
import { secretCases } from './secrets.js'
import { sessionCases } from './sessions.js'
import type { ServerCase } from './subject.js'
import { topicCases } from './topics.js'

export { openServer, type ServerSubject } from './subject.js'

export const serverCases: readonly ServerCase[] = [
  first,
  ...headerCases,
  ...envelopeCases,
  ...nameCases,
  ...sessionCases,
  ...pairingCases,
  ...profileCases,
  ...paymentCases,
  ...mirrorCases,
  ...admissionCases,
  ...topicCases,
  ...frameCases,
  ...secretCases,
  ...limitCases,
  ...hostileCases,
  last,
  ...dayCases,
  everyAnswer,
]
