/**
 * The erasures as a file that outlives the database (spec/05 section 19): a line each, UTC day and hash. What is in it and
 * not in the database stays: a new database on the old file is one before its restore.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { fromHex, Solo2Error, toHex } from '@solo2/sdk/shared'
import type { ErasureRow } from './store/port.js'

export interface ErasureFile {
  /** Nothing if there is no file. Throws `storage_damaged` for a file of something else. */
  read(): ErasureRow[]
  /** Adds what is not in it, leaves out what is of `forgotten` or before, and is on disk when it returns. */
  write(rows: readonly ErasureRow[], forgotten: number): void
}

const LINE = /^([0-9]{5}) ([0-9a-f]{64})$/

export function createErasureFile(path: string): ErasureFile {
  const read = () =>
    (existsSync(path) ? readFileSync(path, 'ascii') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [, day, hash = ''] = LINE.exec(line) ?? []
        if (day === undefined)
          throw new Solo2Error('storage_damaged', 'the file of SOLO2_ERASURES holds something else')
        return { accountHash: fromHex(hash), day: Number(day) }
      })
  return {
    read,
    write(rows, forgotten) {
      const lines = [...read(), ...rows]
        .filter(({ day }) => day > forgotten)
        .map(({ accountHash, day }) => `${day} ${toHex(accountHash)}\n`)
      const text = [...new Set(lines)].sort().join('')
      if (text === (existsSync(path) ? readFileSync(path, 'ascii') : undefined)) return
      const part = `${path}.part`
      const file = openSync(part, 'w', 0o600)
      writeSync(file, text)
      fsyncSync(file)
      closeSync(file)
      renameSync(part, path)
    },
  }
}
