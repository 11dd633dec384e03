/** Vectors of spec/11: header, records, the log of a folder, and the chunks of a file. */
import { ascii, join, zeros } from '../literal/bytes.js'
import { encodeContent } from '../literal/content.js'
import { write } from '../literal/protobuf.js'
import {
  decodeHeader,
  decodeRecord,
  logOf,
  logRecord,
  openFile,
  openRecord,
  openVaultKey,
  readLog,
  recordData,
  sealFile,
  sealGcm,
  tableKey,
  wrapVaultKey,
} from '../literal/vault.js'
import { flip, refusal } from './json.js'
import { type Draw, seeded } from './random.js'

function record(draw: Draw, vaultKey: Uint8Array, table: string, id: string, plaintext: Uint8Array) {
  const nonce = draw(12)
  const place = { table, id, version: 1 }
  const ciphertext = sealGcm(tableKey(vaultKey, table), nonce, recordData(place), plaintext)
  const sealed = write([
    [1, nonce],
    [2, ciphertext],
  ])
  return { table, id, key: tableKey(vaultKey, table), plaintext, nonce, sealed }
}

function headerVector(draw: Draw) {
  const named = { username: ascii('amy1'), server: ascii('http://localhost:8470') }
  const keys = {
    vaultKey: draw(32),
    masterKey: draw(32),
    deviceKey: draw(32),
    innerNonce: draw(12),
    outerNonce: draw(12),
  }
  const wrappedMasterKey = join(Uint8Array.of(1, 1, 0, 0), draw(76))
  const wrappedVaultKey = wrapVaultKey(named, keys)
  const header = headerOf(1, named, wrappedMasterKey, wrappedVaultKey)
  return { ...keys, ...named, wrappedMasterKey, wrappedVaultKey, header }
}

function headerOf(
  version: number,
  { username, server }: { readonly username: Uint8Array; readonly server: Uint8Array },
  wrappedMasterKey: Uint8Array,
  wrappedVaultKey: Uint8Array,
): Uint8Array {
  return write([
    [1, version],
    [2, username],
    [3, server],
    [4, wrappedMasterKey],
    [5, wrappedVaultKey],
  ])
}

function recordsOf(draw: Draw, vaultKey: Uint8Array) {
  const conversation = draw(16)
  const name = Buffer.from(conversation).toString('hex')
  const id = draw(16)
  const content = encodeContent({
    id,
    sequence: 1_700_000_000_000,
    writtenAt: 1_700_000_000_000,
    kind: 1,
    body: write([[1, ascii('See you at the lighthouse.')]]),
    expirySeconds: 60,
  })
  const position = write([[1, 1]])
  const contact = write([
    [1, draw(32)],
    [2, draw(32)],
    [3, ascii('HGFEDCBA')],
    [4, ascii('Ben')],
    [5, 2],
    [6, 1_600_000_000_000],
    [11, 1_700_000_000_001],
    [13, conversation],
  ])
  const message = write([
    [1, content],
    [2, 1],
    [3, 1_700_000_000_500],
    [4, 1],
    [5, 1],
  ])
  const life = write([
    [1, 1_700_000_000_500],
    [2, 60],
  ])
  return [
    record(draw, vaultKey, 'contact', name, contact),
    record(draw, vaultKey, `message/${name}`, '0000000001', message),
    record(draw, vaultKey, `written/${name}`, Buffer.from(id).toString('hex'), position),
    record(draw, vaultKey, `life/${name}`, '0000000001', life),
    record(draw, vaultKey, `outbox/${name}`, `00000001700000000000.${Buffer.from(id).toString('hex')}`, position),
  ]
}

const BLOCK = 1_048_576

/** Of one chunk each: larger ones would be vectors of megabytes. */
function filesOf(draw: Draw) {
  return [0, 1, 20].map((size) => {
    const [key, prefix, plain] = [draw(32), draw(7), draw(size)]
    return { key, prefix, plain, sealed: sealFile(key, prefix, plain) }
  })
}

export function vaultVectors(): unknown {
  const draw = seeded('vault')
  const head = headerVector(draw)
  const records = recordsOf(draw, head.vaultKey)
  const files = filesOf(draw)
  const [contact, message] = records as [(typeof records)[0], (typeof records)[0]]
  const puts = records.map(({ table, id, sealed }) => ({ table, id, value: sealed }))
  const first = logRecord(1, [{ table: 'header', id: 'header', value: head.header }])
  const second = logRecord(2, puts)
  const third = logRecord(3, [{ table: message.table, id: message.id, value: undefined }])
  const log = logOf(first, second, third)

  const headers = [
    [
      'header too long',
      'A server of 1,025 bytes.',
      headerOf(1, { ...head, server: zeros(1_025).fill(97) }, head.wrappedMasterKey, head.wrappedVaultKey),
      'storage_damaged',
    ],
    ['later header', 'Version 2.', headerOf(2, head, head.wrappedMasterKey, head.wrappedVaultKey), 'storage_newer'],
    ['empty header', 'No byte.', zeros(0), 'storage_damaged'],
    ['header cut', 'The last byte is missing.', head.header.slice(0, -1), 'storage_damaged'],
    [
      'wrapper too short',
      '87 bytes.',
      headerOf(1, head, head.wrappedMasterKey, head.wrappedVaultKey.slice(1)),
      'storage_damaged',
    ],
    [
      'another user name',
      'The outer layer names the place.',
      headerOf(1, { ...head, username: ascii('amy2') }, head.wrappedMasterKey, head.wrappedVaultKey),
      'storage_damaged',
    ],
    [
      'another server',
      'The outer layer names the place.',
      headerOf(1, { ...head, server: ascii('http://localhost:8471') }, head.wrappedMasterKey, head.wrappedVaultKey),
      'storage_damaged',
    ],
    ['outer layer changed', 'One bit.', flip(head.header, -1), 'storage_damaged'],
  ] as const
  const sealed = message.sealed
  const places = [
    ['another table', 'The key is another.', 'contact', message.id, sealed, 'storage_damaged'],
    ['another ID', 'Moved inside its table.', message.table, '0000000002', sealed, 'storage_damaged'],
    ['nonce changed', 'One bit.', message.table, message.id, flip(sealed, 2), 'storage_damaged'],
    ['record changed', 'One bit of the tag.', message.table, message.id, flip(sealed, -1), 'storage_damaged'],
    [
      'nonce too short',
      '11 bytes.',
      message.table,
      message.id,
      write([
        [1, message.nonce.slice(1)],
        [2, sealed.slice(16)],
      ]),
      'storage_damaged',
    ],
    ['field too many', 'A third field.', message.table, message.id, join(sealed, write([[3, 1]])), 'storage_damaged'],
    ['empty record', 'No byte.', message.table, message.id, zeros(0), 'storage_damaged'],
    [
      'another message',
      'A position where a contact should be.',
      'contact',
      contact.id,
      record(draw, head.vaultKey, 'contact', contact.id, write([[1, 1]])).sealed,
      'storage_damaged',
    ],
    [
      'not canonical',
      'A zero that should not be there.',
      message.table,
      message.id,
      record(
        draw,
        head.vaultKey,
        message.table,
        message.id,
        write([
          [1, ascii('x')],
          [5, 0],
        ]),
      ).sealed,
      'storage_damaged',
    ],
  ] as const
  const logs = [
    ['empty log', 'No byte.', zeros(0), 'storage_damaged'],
    ['another file', 'GIF89a.', ascii('GIF89a'), 'storage_damaged'],
    ['later log', 'Solo2 log 2.', ascii('Solo2 log 2\n'), 'storage_newer'],
    ['first record changed', 'One bit; whole ones follow.', flip(log, 12 + 12), 'storage_damaged'],
    ['second record left out', 'The third follows the first.', logOf(first, third), 'storage_damaged'],
  ] as const
  return {
    spec: 'spec/11',
    header: head,
    records,
    files,
    log: {
      whole: log,
      torn: [log.length, log.length - 1, 12 + first.length + 5, 12].map((length) => ({
        length,
        entries: entriesAt(log, length),
      })),
    },
    refusals: [
      ...headers.map(([name, comment, bytes, code]) =>
        refusal({ name, comment, kind: 'header', table: '', id: '', bytes, code }, () =>
          openVaultKey(decodeHeader(bytes), head.masterKey, head.deviceKey),
        ),
      ),
      refusal(
        {
          name: 'another master key',
          comment: 'Not this vault’s words: the key is that of no vault.',
          kind: 'masterKey',
          table: '',
          id: '',
          bytes: flip(head.masterKey, 0),
          code: 'wrong_words',
        },
        () => openVaultKey(decodeHeader(head.header), flip(head.masterKey, 0), head.deviceKey),
      ),
      refusal(
        {
          name: 'another device key',
          comment: 'The vault of another device.',
          kind: 'deviceKey',
          table: '',
          id: '',
          bytes: flip(head.deviceKey, 0),
          code: 'storage_damaged',
        },
        () => openVaultKey(decodeHeader(head.header), head.masterKey, flip(head.deviceKey, 0)),
      ),
      ...places.map(([name, comment, table, id, bytes, code]) =>
        refusal({ name, comment, kind: 'record', table, id, bytes, code }, () =>
          decodeRecord(table, id, openRecord(head.vaultKey, { table, id, version: 1 }, bytes)),
        ),
      ),
      ...logs.map(([name, comment, bytes, code]) =>
        refusal({ name, comment, kind: 'log', table: '', id: '', bytes, code }, () => readLog(bytes)),
      ),
      ...fileRefusals(files),
    ],
  }
}

function entriesAt(log: Uint8Array, length: number): number {
  return [...readLog(log.slice(0, length)).values()].reduce((sum, { size }) => sum + size, 0)
}

function fileRefusals(files: ReturnType<typeof filesOf>) {
  const { key, prefix, plain, sealed } = files[2] as (typeof files)[0]
  const wrong = [
    ['file cut', 'The last byte is missing.', sealed.slice(0, -1)],
    ['file too long', 'A byte more.', join(sealed, zeros(1))],
    ['chunk changed', 'One bit.', flip(sealed, 0)],
    [
      'chunk of another place',
      'Sealed as the second chunk.',
      sealFile(key, prefix, join(zeros(BLOCK), plain)).slice(BLOCK + 16),
    ],
  ] as const
  return wrong.map(([name, comment, bytes]) =>
    refusal({ name, comment, kind: 'file', table: '', id: '', bytes, code: 'storage_damaged' }, () =>
      openFile(key, prefix, plain.length, bytes),
    ),
  )
}
