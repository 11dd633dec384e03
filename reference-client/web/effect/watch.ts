/** Listening: to an open account, and to tunnels while their proof is looked at. */
import type { Action } from '../action.js'
import type { Contact, Me, Tunnel } from '../sdk.js'
import { told } from './notes.js'
import { contactView, factsOf, requestView, transferView } from './snapshot.js'

type Dispatch = (action: Action) => void

/** How often a tunnel is asked for its counters while they are looked at. */
const FACTS_MS = 1_000
/** So long after opening, a server that has not answered yet is told to be away. */
const FIRST_ANSWER_MS = 2_000

/** Returns the way to stop. */
export function watchMe(me: Me, dispatch: Dispatch, now: () => number): () => void {
  const tellUnread = (id: string): void => {
    const contact = me.contact(id)
    if (contact === undefined) return
    dispatch({ type: 'unread', contact: id, count: contact.unread, first: contact.firstUnread })
  }
  /** What waits for somebody waits for another reason now. */
  const tellAll = (): void => {
    for (const contact of me.contacts) dispatch({ type: 'contact', contact: contactView(contact) })
  }
  const stops = [
    me.on('requests', (requests) => dispatch({ type: 'requests', requests: requests.map(requestView) })),
    me.on('contact', (contact) => dispatch({ type: 'contact', contact: contactView(contact) })),
    me.on('presence', (contact) => dispatch({ type: 'contact', contact: contactView(contact) })),
    me.on('notes', (notes) => dispatch(told(notes))),
    me.on('removed', (contact) => dispatch({ type: 'contact_removed', contact })),
    me.on('message', (message) => {
      dispatch({ type: 'message', message })
      tellUnread(message.contact)
      const contact = message.body.kind === 'timer' ? me.contact(message.contact) : undefined
      if (contact !== undefined) dispatch({ type: 'contact', contact: contactView(contact) })
    }),
    me.on('receipt', (message) => dispatch({ type: 'receipt', message })),
    me.on('change', (message) => {
      dispatch({ type: 'receipt', message })
      tellUnread(message.contact)
    }),
    me.on('gone', (gone) => {
      dispatch({ type: 'gone', ...gone })
      tellUnread(gone.contact)
    }),
    me.on('file', (transfer) => dispatch({ type: 'transfer', transfer: transferView(transfer), now: now() })),
    me.on('server', (state) => {
      dispatch({ type: 'server', state })
      tellAll()
    }),
    me.on('clock', (clock) => dispatch({ type: 'clock', ...clock })),
    me.on('search', (progress) => dispatch({ type: 'indexing', ...progress })),
    me.on('session', (state) => {
      dispatch({ type: 'session', state })
      tellAll()
    }),
    me.on('account', (named) => dispatch({ type: 'account_named', ...named })),
  ]
  const looking = (): void => {
    if (!document.hidden) void me.lookForRequests()
  }
  document.addEventListener('visibilitychange', looking)
  const asked = setTimeout(() => dispatch({ type: 'server', state: me.serverState }), FIRST_ANSWER_MS)
  return () => {
    clearTimeout(asked)
    document.removeEventListener('visibilitychange', looking)
    for (const stop of stops) stop()
  }
}

/** What nobody can see is not read. Returns the way to stop. */
export function watchVisibility(dispatch: Dispatch): () => void {
  const tell = (): void => dispatch({ type: 'visibility', visible: !document.hidden })
  document.addEventListener('visibilitychange', tell)
  return () => document.removeEventListener('visibilitychange', tell)
}

/** Watches the tunnel of each contact as soon as there is one. Returns the way to stop. */
export function watchTunnels(contacts: readonly Contact[], dispatch: Dispatch, now: () => number): () => void {
  const { signal, abort } = abortable()
  const stops: (() => void)[] = []
  for (const contact of contacts) {
    if (contact.state === 'asked') continue
    contact.connect({ signal }).then(
      (tunnel) => {
        if (!signal.aborted) stops.push(...watchTunnel(contact.id, tunnel, dispatch, now))
      },
      // No tunnel came while it was looked for.
      () => {},
    )
  }
  return () => {
    abort()
    for (const stop of stops) stop()
  }
}

function watchTunnel(contact: string, tunnel: Tunnel, dispatch: Dispatch, now: () => number): (() => void)[] {
  const tell = (): void => {
    const facts = tunnel.facts === undefined ? undefined : factsOf(tunnel.facts)
    dispatch({ type: 'facts', contact, facts, now: now() })
  }
  tell()
  if (tunnel.path !== 'unknown') dispatch({ type: 'path', contact, path: tunnel.pathInfo })
  const timer = setInterval(tell, FACTS_MS)
  return [
    () => clearInterval(timer),
    tunnel.on('path', (path) => dispatch({ type: 'path', contact, path })),
    tunnel.on('close', () => {
      clearInterval(timer)
      dispatch({ type: 'path', contact, path: undefined })
      dispatch({ type: 'facts', contact, facts: undefined, now: now() })
    }),
  ]
}

function abortable(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
