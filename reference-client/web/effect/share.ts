/** Takes what another app shared from the service worker, once, and holds its files until a contact is chosen. */
import type { Action } from '../action.js'
import type { ShareCommand } from '../command/share.js'
import type { WaitingShare } from '../share-target.js'

export interface ShareEffects {
  readonly handlers: {
    readonly [Type in ShareCommand['type']]: (command: Extract<ShareCommand, { type: Type }>) => void
  }
  /** If the worker opened this page for it. */
  take(): Promise<void>
  drop(): void
}

export function createShare(dispatch: (action: Action) => void): ShareEffects {
  let held: readonly File[] = []
  const drop = (): void => {
    held = []
  }
  return {
    drop,
    handlers: {
      drop_shared: drop,
      attach_shared({ contact }) {
        const files = held.map((file) => ({ key: crypto.randomUUID(), file }))
        drop()
        if (files.length > 0) dispatch({ type: 'attach', contact, files })
      },
    },
    async take() {
      if (location.hash !== '#shared') return
      history.replaceState(null, '', location.pathname + location.search)
      const share = await askWorker()
      if (typeof share === 'string') return dispatch({ type: 'share_failed', reason: share })
      held = share.files
      dispatch({ type: 'shared', text: share.text, files: held.map(({ name, size }) => ({ name, size })) })
    },
  }
}

function askWorker(): Promise<WaitingShare> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null
  if (worker === null) return Promise.resolve('gone')
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => {
      port1.close()
      resolve(data as WaitingShare)
    }
    worker.postMessage('take share', [port2])
  })
}
