/** The emergency reset [V13]: everything that this origin keeps in the browser. A mark makes the next start finish one that was cut short. */
import type { Solo2Facade } from '../sdk.js'

const MARK = 'solo2.reset'

export function isResetting(): boolean {
  try {
    return localStorage.getItem(MARK) !== null
  } catch {
    return false
  }
}

/** The mark goes last, so that whatever ends this in between is made good. */
export async function resetEverything(sdk: Solo2Facade): Promise<void> {
  localStorage.setItem(MARK, 'running')
  await sdk.emergencyReset()
  await removeFiles()
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name)
  await removeDatabases()
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) await registration.unregister()
  sessionStorage.clear()
  localStorage.clear()
}

async function removeFiles(): Promise<void> {
  const root = await navigator.storage?.getDirectory?.().catch(() => undefined)
  if (root === undefined) return
  const names: string[] = []
  for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name)
  for (const name of names) await root.removeEntry(name, { recursive: true })
}

/** What the SDK does not count among vaults: the device keys' own database, now empty. */
async function removeDatabases(): Promise<void> {
  for (const { name } of await indexedDB.databases()) {
    if (name !== undefined) await removed(name)
  }
}

function removed(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
}
