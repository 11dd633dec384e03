/** The one folder with everything that is kept: the database and the server's secrets, readable by its owner only. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, Solo2Error, toHex } from '@solo2/sdk/shared'
import type { ClusterKeys } from './cluster-secret.js'
import { newVapidKey, type VapidKeys, vapidKeys } from './push/vapid.js'

const SECRET_SIZE = 32

export interface DataFolder {
  readonly database: string
  /** 32 bytes, made at the first start. Losing it changes the made-up salts and the names of pending requests. */
  readonly secret: Uint8Array
  /** Made at the first start. Losing it makes every push subscription useless: browsers bind them to it. */
  readonly vapid: VapidKeys
}

/** A file of 64 hex digits, made if there is none. Throws `storage_damaged` for one that holds something else. */
function secretFile(path: string, name: string, make: () => Uint8Array): Uint8Array {
  const file = join(path, name)
  try {
    writeFileSync(file, `${toHex(make())}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error
  }
  const text = readFileSync(file, 'ascii').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Solo2Error('storage_damaged', `the file ${name} is damaged`)
  return fromHex(text)
}

/**
 * `cluster`: the keys that all servers of a cluster share; the folder's own are then neither read nor made. Throws
 * `storage_damaged` for a secret file that does not hold what it should.
 */
export function openDataFolder(
  path: string,
  random: (length: number) => Uint8Array,
  cluster?: ClusterKeys,
): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  const vapid = vapidKeys(cluster?.pushKey ?? secretFile(path, 'push-key', () => newVapidKey(random)))
  if (vapid === undefined) throw new Solo2Error('storage_damaged', 'the file push-key is damaged')
  return {
    database: join(path, 'solo2.db'),
    secret: cluster?.serverSecret ?? secretFile(path, 'server-secret', () => random(SECRET_SIZE)),
    vapid,
  }
}
