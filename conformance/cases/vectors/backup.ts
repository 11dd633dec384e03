/** `backup.json`: a whole backup, written and read; files that are refused. */
import { ensureKept } from '../../src/case.js'
import type { Call } from '../../src/testee/testee.js'
import { backupVectors } from './data.js'
import { answerOf, bytesOf, ensureRefused, ensureSame, hex, unhex, type VectorCase, vectorCase } from './judge.js'

const { backup, refusals } = backupVectors
const file = 'backup'
const stretched = unhex(backup.stretched)

const reading = (bytes: string): Call => ({ $case: 'readBackup', value: { stretched, file: unhex(bytes) } })

const wholeCases = [
  vectorCase({
    file,
    group: 'file',
    name: 'written',
    title: 'writes a backup from its entries',
    promises: ['V10'],
    rules: ['11-25'],
    explain:
      'Head, chunks and the end with its counts and its hash. What is written otherwise is a damaged file to every other reader.',
    async run(testee) {
      const { profile, salt, prefix, entries } = backup
      const value = { stretched, profile, salt: unhex(salt), prefix: unhex(prefix), entries: entries.map(unhex) }
      ensureSame('backup', await bytesOf(testee, { $case: 'writeBackup', value }), backup.file)
    },
  }),
  vectorCase({
    file,
    group: 'file',
    name: 'read',
    title: 'reads a backup to its end',
    promises: ['V10'],
    rules: ['11-25', '11-26'],
    explain: 'All entries in their order. A backup that only its writer can read is none.',
    async run(testee) {
      const { entries } = await answerOf(testee, reading(backup.file), 'backupEntries')
      ensureKept(entries.length === backup.entries.length, `${entries.length} entries, not ${backup.entries.length}`)
      for (const [n, expected] of backup.entries.entries()) {
        ensureSame(`entry ${n + 1}`, hex(entries[n] ?? new Uint8Array(0)), expected)
      }
    },
  }),
]

const refusedCases = refusals.map(({ name, comment, file: bytes, code, offset }) =>
  vectorCase({
    file,
    group: 'refused',
    name,
    title: `refuses a backup: ${name}`,
    promises: ['V10'],
    rules: ['11-26'],
    explain: `${comment} What is wrong with a file is told apart, since a wrong password, a cut and a damage ask for different things.`,
    async run(testee) {
      if (offset === null) return ensureRefused(testee, reading(bytes), code)
      const damage = await answerOf(testee, reading(bytes), 'backupDamaged')
      ensureKept(damage.offset === BigInt(offset), `damaged at byte ${damage.offset}, not ${offset}`)
    },
  }),
)

export const backupCases: readonly VectorCase[] = [...wholeCases, ...refusedCases]
