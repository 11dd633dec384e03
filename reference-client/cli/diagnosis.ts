/** Says on a line of its own why a contact was not reached (spec/06 section 14). */
import type { Contact, Diagnosis } from '@solo2/sdk/node'
import type { Output } from './output.js'

const ADVICE: Readonly<Record<Diagnosis['advice'], string>> = {
  mirror_missing: 'paths through the mirror were chosen, and this server has none; see solo2 network',
  no_network: 'this device found no network address of its own; check its connection',
  no_answer: 'the contact was there and did not answer in time',
  mirror_unreachable:
    'the mirror does not answer from this network, which may block what is not the web; try another network',
  no_mirror: 'one of the two networks blocks direct connections, and this server has no mirror; try another network',
  mirror_fails: 'no path was found although a mirror was offered; the mirror may be out of order',
  handshake: 'a path stood, and the keys did not agree in time; if it stays so, compare the safety numbers',
}

const STAGES: Readonly<Record<Diagnosis['stage'], string>> = {
  gathering: 'finding own addresses',
  answer: 'waiting for the other side',
  path: 'looking for a path',
  handshake: 'agreeing on keys',
}

function offered(candidates: Diagnosis['own'] | undefined): string {
  if (candidates === undefined) return 'nothing yet'
  const { host, hidden, reflexive, relay } = candidates
  return `${host + hidden} own, ${reflexive} public, ${relay} of the mirror`
}

export function diagnosisText({ stage, own, theirs, advice }: Diagnosis): string {
  return `${ADVICE[advice]} (it came to ${STAGES[stage]}; this side offered ${offered(own)}; the other ${offered(theirs)})`
}

/** Each failed try once. */
export function diagnosisTeller(output: Output): (contact: Contact) => void {
  let told: number | undefined
  return ({ id, diagnosis }) => {
    if (diagnosis === undefined || diagnosis.failedAt === told) return
    told = diagnosis.failedAt
    output.settle()
    output.progress({ event: 'diagnosis', contact: id, ...diagnosis }, `solo2: ${diagnosisText(diagnosis)}`)
    output.settle()
  }
}
