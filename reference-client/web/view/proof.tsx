/** Proof: of each tunnel, what can be seen of it now. */
import type { JSX } from 'preact'
import { duration, number } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { PathSign } from '../part/icon.js'
import { Bar, Heading, PathBadge, PersonName } from '../part/parts.js'
import { type ContactView, contactsByActivity, type Facts, type State } from '../state.js'

export function ProofView({ state }: { readonly state: State }): JSX.Element {
  const open = contactsByActivity(state).filter((contact) => contact.state === 'connected')
  return (
    <section class="pane main-pane" aria-label={t.proof.title}>
      <Bar back="narrow" title={<Heading>{t.proof.title}</Heading>} />
      <div class="scroll page">
        <p class="lead">{t.proof.lead}</p>
        {open.length === 0 && (
          <div class="empty">
            <PathSign kind="away" />
            <p>{t.proof.none}</p>
          </div>
        )}
        {open.map((contact) => (
          <TunnelCard key={contact.id} state={state} contact={contact} />
        ))}
        <section class="card" aria-labelledby="test">
          <h2 id="test">{t.proof.test}</h2>
          <p>{t.proof.testText}</p>
          <p>{t.proof.testTwo}</p>
        </section>
      </div>
    </section>
  )
}

function factRows(facts: Facts | undefined, ago: (at: number) => string): (readonly [string, string])[] {
  if (facts === undefined) return []
  const turned = facts.lastTurnAt === undefined ? t.proof.never : t.proof.turnsValue(facts.turns, ago(facts.lastTurnAt))
  return [
    [t.proof.age, ago(facts.since)],
    [t.proof.frames, t.proof.framesValue(number(facts.framesSent), number(facts.framesReceived))],
    [t.proof.turns, turned],
  ]
}

function TunnelCard({ state, contact }: { readonly state: State; readonly contact: ContactView }): JSX.Element {
  const path = state.paths[contact.id]
  const end = (type: string): string => t.proof.candidate[type] ?? t.proof.unknown
  const facts = state.facts[contact.id]
  const ago = (at: number): string => duration(Math.max(1, (state.now - at) / 1_000))
  const rows: readonly (readonly [string, string])[] = [
    ...(path === undefined ? [] : [[t.proof.candidates, t.proof.both(end(path.local), end(path.remote))] as const]),
    [t.proof.frame, t.proof.frameValue],
    ...factRows(facts, ago),
    [t.proof.quantum, t.proof.quantumValue],
    [t.proof.server, state.server === 'away' ? t.proof.serverAway : t.proof.serverThere],
  ]
  return (
    <section class="card tunnel">
      <div class="tunnel-head">
        <h2>
          <PersonName person={contact} />
        </h2>
        <PathBadge contact={contact} />
      </div>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
