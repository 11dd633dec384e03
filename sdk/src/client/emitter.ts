/** Typed events without a platform's event classes. A listener's exception reaches no other listener. */
import type { Events } from './api.js'

export interface Emitter<Named> extends Events<Named> {
  emit<Name extends keyof Named>(name: Name, event: Named[Name]): void
  clear(): void
}

export function createEmitter<Named>(): Emitter<Named> {
  const listeners = new Map<keyof Named, Set<(event: never) => void>>()
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener)
      return () => set.delete(listener)
    },
    emit(name, event) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          listener(event as never)
        } catch (error) {
          // The application's bug must be seen, but must not stop the tunnel.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
    clear: () => listeners.clear(),
  }
}
