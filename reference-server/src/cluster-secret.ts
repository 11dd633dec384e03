/** What all servers of a cluster must have alike, derived from the one secret that its operator gives them (spec/decisions/0013). */
import { hkdfSync } from 'node:crypto'
import { newVapidKey } from './push/vapid.js'

export interface ClusterKeys {
  /** In place of the data folder's own, 32 bytes each. */
  readonly serverSecret: Uint8Array
  readonly pushKey: Uint8Array
  readonly bus: Uint8Array
  readonly tickets: Uint8Array
  readonly limits: Uint8Array
}

const KEY_SIZE = 32

export function clusterKeys(secret: Uint8Array): ClusterKeys {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `Solo2 v1 cluster ${purpose}`, KEY_SIZE))
  let tries = 0
  return {
    serverSecret: derive('server secret'),
    // Not every 32 bytes are a key of that curve; the first that are.
    pushKey: newVapidKey(() => derive(`push key ${tries++}`)),
    bus: derive('bus'),
    tickets: derive('tickets'),
    limits: derive('limits'),
  }
}
