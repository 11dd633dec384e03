/** The tunnel as an application sees it: gone when its connection is gone; the contact gives the next one. */

import { Solo2Error } from '../errors.js'
import type { PathInfo } from '../ports/transport.js'
import type { Contact, FileTransfer, Message, Tunnel, TunnelEvents } from './api.js'
import { createEmitter } from './emitter.js'
import type { LinkedTunnel } from './link.js'
import type { Transfers } from './transfers.js'

export interface TunnelView {
  readonly tunnel: Tunnel
  readonly linked: LinkedTunnel
  message(message: Message): void
  file(transfer: FileTransfer): void
  path(path: PathInfo): void
  delivered(messageId: string): void
  ended(): void
}

export interface TunnelViewOptions {
  readonly contact: Contact
  readonly linked: LinkedTunnel
  path(): PathInfo
  readonly transfers: Transfers
}

export function createTunnelView({ contact, linked, path, transfers }: TunnelViewOptions): TunnelView {
  const events = createEmitter<TunnelEvents>()
  const pending = new Map<string, (error?: Solo2Error) => void>()
  const early = new Set<string>()
  let open = true

  const tunnel: Tunnel = {
    contact,
    get path() {
      return path().kind
    },
    get pathInfo() {
      return path()
    },
    get facts() {
      return linked.tunnel.facts
    },
    on: events.on,
    async send(text, { signal } = {}) {
      if (!open) throw new Solo2Error('closed', 'this tunnel has ended')
      const message = await contact.send(text)
      if (early.delete(message.id)) return { ...message, state: 'delivered' }
      return new Promise((resolve, reject) => {
        const abort = () => settle(new Solo2Error('cancelled', 'no longer waited for; the message stays queued'))
        const settle = (error?: Solo2Error) => {
          pending.delete(message.id)
          signal?.removeEventListener('abort', abort)
          if (error === undefined) resolve({ ...message, state: 'delivered' })
          else reject(error)
        }
        pending.set(message.id, settle)
        signal?.addEventListener('abort', abort)
        if (!open) settle(new Solo2Error('path_lost', 'the tunnel ended; the message waits for the next one'))
      })
    },
    sendFile: (file, options) => transfers.send(file, options),
    close: () => linked.tunnel.end(),
  }

  return {
    tunnel,
    linked,
    message: (message) => events.emit('message', message),
    file: (transfer) => events.emit('file', transfer),
    path: (next) => events.emit('path', next),
    delivered(messageId) {
      const settle = pending.get(messageId)
      if (settle === undefined) early.add(messageId)
      else settle()
    },
    ended() {
      open = false
      for (const settle of [...pending.values()]) {
        settle(new Solo2Error('path_lost', 'the tunnel ended; the message waits for the next one'))
      }
      events.emit('close', undefined)
      events.clear()
    },
  }
}
