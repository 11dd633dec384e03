/** Backups of one chunk and of several, and what was changed of them: spec/11 section 4.2. */
import fc from 'fast-check'
import { backupEntries } from '../../generate/backup.js'
import { backup, readBackup } from '../../literal/backup.js'
import { ensureKept } from '../../src/case.js'
import { answerOf, bytesOf, ensureRefused, ensureSame, hex } from '../vectors/judge.js'
import { type ClientCase, drawOf, draws, propertyCase } from './client.js'
import { judged } from './damage.js'

const features = ['backup']
const subject = 'backup'

const HEAD = 80
const SEALED_CHUNK = 65_536 + 16

/** The pieces of a file, which fill up to four chunks. */
const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 65_000 })), {
  minLength: 1,
  maxLength: 4,
})
const made = fc.record({ seed: draws, pieces })

function backupOf({ seed, pieces: sizes }: { seed: number; pieces: readonly number[] }) {
  const draw = drawOf(seed)
  const [stretched, header] = [draw(32), { profile: 1, salt: draw(16), prefix: draw(7) }]
  const entries = backupEntries(draw, sizes)
  return { stretched, header, entries, file: backup(stretched, header, entries) }
}

export const backupCases: readonly ClientCase[] = [
  propertyCase({
    subject,
    name: 'round-trip',
    title: 'writes and reads backups of one chunk and of several',
    promises: ['V10'],
    rules: ['11-25', '11-26'],
    explain: 'Structures go across the edges of chunks, and only the last chunk is marked as such.',
    features,
    runs: 12,
    arbitrary: made,
    async holds(testee, one) {
      const { stretched, header, entries, file } = backupOf(one)
      const value = { stretched, ...header, entries }
      ensureSame('backup', await bytesOf(testee, { $case: 'writeBackup', value }), hex(file))
      const read = await answerOf(testee, { $case: 'readBackup', value: { stretched, file } }, 'backupEntries')
      ensureKept(read.entries.length === entries.length, `${read.entries.length} entries, not ${entries.length}`)
      for (const [n, entry] of entries.entries()) {
        ensureSame(`entry ${n + 1}`, hex(read.entries[n] ?? new Uint8Array(0)), hex(entry))
      }
    },
  }),
  propertyCase({
    subject,
    name: 'refused',
    title: 'refuses backups that were changed or cut, and tells where',
    promises: ['V10'],
    rules: ['11-26'],
    explain: 'A person who knows which part of a file is damaged may still have another copy of it.',
    features,
    runs: 40,
    arbitrary: fc.record({
      made,
      at: fc.oneof(fc.nat(100), fc.nat(300_000)),
      bit: fc.nat(7),
      cut: fc.constantFrom(false, false, true),
    }),
    async holds(testee, { made: one, at, bit, cut }) {
      const { stretched, file: whole } = backupOf(one)
      const index = at % whole.length
      const file = whole.slice(0, cut ? index : undefined)
      if (!cut) file[index] = (file[index] ?? 0) ^ (1 << bit)
      const literal = judged(() => readBackup(stretched, file))
      if ('value' in literal) throw new Error('the transcription reads a backup that was changed')
      const call = { $case: 'readBackup', value: { stretched, file } } as const
      if (literal.code !== 'backup_damaged') return ensureRefused(testee, call, literal.code)
      const { offset } = await answerOf(testee, call, 'backupDamaged')
      const chunk = index < HEAD ? 0 : HEAD + Math.floor((index - HEAD) / SEALED_CHUNK) * SEALED_CHUNK
      ensureKept(offset === BigInt(chunk), `damaged at byte ${offset}, not ${chunk}`)
    },
  }),
]
