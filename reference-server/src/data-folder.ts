/** The one folder with everything that is kept: the database and the server's secret, readable by its owner only. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, Solo2Error, toHex } from '@solo2/sdk/shared'

const SECRET_SIZE = 32

export interface DataFolder {
  readonly database: string
  /** 32 bytes, made at the first start. Losing it changes the made-up salts and the names of pending requests. */
  readonly secret: Uint8Array
}

/** Throws `storage_damaged` for a secret file that does not hold 64 hex digits. */
export function openDataFolder(path: string, random: (length: number) => Uint8Array): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  const file = join(path, 'server-secret')
  try {
    writeFileSync(file, `${toHex(random(SECRET_SIZE))}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error
  }
  const text = readFileSync(file, 'ascii').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Solo2Error('storage_damaged', 'the file server-secret is damaged')
  return { database: join(path, 'solo2.db'), secret: fromHex(text) }
}
