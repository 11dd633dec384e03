/** Vectors of spec/11, Backup. */
import { backup, endOf, head, readBackup, sealed, structure, wholeFile } from '../literal/backup.js'
import { ascii, join, u32be, zeros } from '../literal/bytes.js'
import { encodeContent } from '../literal/content.js'
import { sha256 } from '../literal/primitives.js'
import { fixed64, write } from '../literal/protobuf.js'
import { flip, refusal } from './json.js'
import { type Draw, seeded } from './random.js'

/** Of an account with a contact, a message and a file, whose bytes come in pieces of these sizes. */
export function backupEntries(draw: Draw, pieces: readonly number[]): Uint8Array[] {
  const conversation = draw(16)
  const parts = pieces.map(draw)
  const data = join(...parts)
  const content = encodeContent({
    id: draw(16),
    sequence: 1,
    writtenAt: 1_700_000_000_000,
    kind: 1,
    body: write([[1, ascii('See you at the lighthouse.')]]),
    expirySeconds: 0,
  })
  const offer = write([
    [1, draw(16)],
    [2, ascii('map.bin')],
    [3, fixed64(BigInt(data.length))],
    [4, sha256(join(zeros(1), data))],
  ])
  const self = [ascii('amy1'), ascii('http://localhost:8470'), ascii('Amy'), ascii('ABCDEFGH'), draw(32), draw(32)]
  return [
    write([[1, write([...self.map((value, n) => [n + 1, value] as const), [7, 1_700_000_000_000]])]]),
    write([
      [
        2,
        write([
          [1, draw(32)],
          [2, draw(32)],
          [3, ascii('HGFEDCBA')],
          [4, ascii('Ben')],
          [5, 2],
          [6, 1_600_000_000_000],
          [11, 1],
          [13, conversation],
        ]),
      ],
    ]),
    write([
      [
        3,
        write([
          [1, content],
          [3, 1_700_000_000_500],
          [4, 3],
          [5, 1],
        ]),
      ],
    ]),
    write([[4, write([[1, draw(16)]])]]),
    write([[7, wholeFile(offer, data.length, conversation)]]),
    ...parts.map((part) => write([[8, part]])),
  ]
}

export function backupVectors(): unknown {
  const draw = seeded('backup')
  const stretched = draw(32)
  const header = { profile: 1, salt: draw(16), prefix: draw(7) }
  const entries = backupEntries(draw, [20])
  const file = backup(stretched, header, entries)
  const { key, head: first } = head(stretched, header)
  const structures = join(...entries.map(structure))
  const end = structure(endOf(entries))
  const cheat = (plain: Uint8Array) => sealed(stretched, header, plain)
  /** A head that is whole, with one byte of what is named changed. */
  const named = (at: number, value: number) => {
    const changed = file.slice()
    changed[at] = value
    changed.set(sha256(changed.slice(0, 40)).slice(0, 8), 40)
    return changed
  }
  const [self = zeros(0), ...others] = entries
  const wrong = [
    ['nothing', 'No byte.', zeros(0), 'not_backup', null],
    ['first byte', 'Another file.', flip(file, 0), 'not_backup', null],
    ['magic cut', 'Eleven bytes.', file.slice(0, 11), 'not_backup', null],
    ['magic alone', 'No version.', file.slice(0, 12), 'backup_cut', null],
    ['later version', 'Version 2, with its sum.', named(12, 2), 'storage_newer', null],
    ['head cut', '79 bytes.', file.slice(0, 79), 'backup_cut', null],
    ['salt changed', 'The sum is another.', flip(file, 16), 'backup_damaged', 0],
    ['sum changed', 'One bit.', flip(file, 40), 'backup_damaged', 0],
    ['version zero', 'With its sum.', named(12, 0), 'backup_damaged', 0],
    ['reserved byte', 'Not zero, with its sum.', named(14, 1), 'backup_damaged', 0],
    ['profile zero', 'With its sum.', named(13, 0), 'backup_damaged', 0],
    ['unknown profile', 'Profile 255, with its sum.', named(13, 255), 'storage_newer', null],
    ['no end', 'The last byte is missing.', file.slice(0, -1), 'backup_cut', null],
    ['end changed', 'One bit of the last byte.', flip(file, -1), 'backup_cut', null],
    ['another salt', 'With its sum: the tag is another.', named(16, (file[16] ?? 0) ^ 1), 'wrong_password', null],
    ['tag changed', 'As under another password.', flip(file, 48), 'wrong_password', null],
    ['first byte of the chunk', 'One bit.', flip(file, 80), 'backup_damaged', 80],
    ['last byte of the chunk', 'One bit of its tag.', flip(file, -17), 'backup_damaged', 80],
    ['no entry `end`', 'Structures without it.', cheat(structures), 'backup_damaged', 80],
    ['behind the end', 'One more structure.', cheat(join(structures, end, structure(self))), 'backup_damaged', 80],
    ['end of others', 'One entry was left out.', cheat(join(...others.map(structure), end)), 'backup_damaged', 80],
    ['structure of no bytes', 'Length 0.', cheat(join(u32be(0), structures, end)), 'backup_damaged', 80],
    ['structure too long', 'Length 131,073.', cheat(join(u32be(131_073), structures, end)), 'backup_damaged', 80],
    ['structure cut', 'The last one is a byte short.', cheat(join(structures, end).slice(0, -1)), 'backup_damaged', 80],
  ] as const
  return {
    spec: 'spec/11',
    backup: { stretched, ...header, key, head: first, entries, end: endOf(entries), file },
    refusals: wrong.map(([name, comment, changed, code, offset]) =>
      refusal({ name, comment, file: changed, code, offset }, () => readBackup(stretched, changed)),
    ),
  }
}
