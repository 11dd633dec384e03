/** What several servers share beside the database: NATS there, taking this server, and keeping nothing. */
import type { Config } from '../config.js'
import { lookAtNats } from '../rendezvous/bus/look.js'
import { type Finding, looksAt } from './finding.js'
import { isLoopback } from './settings.js'

export async function checkBus({ bus }: Config): Promise<Finding[]> {
  const { fine, warning, problem } = looksAt('nats')
  if (bus === undefined) return [fine('SOLO2_BUS is not set: this server is the only one')]
  const found = await lookAtNats(bus)
  const why = 'people at different servers cannot meet; each server goes on by itself, and answers as ready'
  if (found === undefined) {
    const remedy = 'look at SOLO2_BUS and SOLO2_BUS_CA, whether nats-server runs, and the firewall between them'
    return [problem('it does not answer', why, remedy)]
  }
  if (found === 'refused') {
    const remedy = 'compare the user and password of SOLO2_BUS with nats-server’s configuration'
    return [problem('it refuses this user', why, remedy)]
  }
  const findings: Finding[] = []
  const { protocol, hostname } = new URL(bus.url)
  if (protocol === 'nats:' && !isLoopback(hostname)) {
    const seen = 'whoever is between sees its password, and when messages pass; what they hold is sealed'
    findings.push(warning('it is asked without TLS', seen, 'give it a certificate, and set SOLO2_BUS to tls://'))
  }
  if (found.keeps) {
    const kept = 'whoever may make a stream can keep what passes on a disk (T3)'
    findings.push(warning('it has JetStream', kept, 'leave jetstream out of its configuration'))
  }
  return findings.length > 0 ? findings : [fine('it answers, takes this server, and keeps nothing')]
}
