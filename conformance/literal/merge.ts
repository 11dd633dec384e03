/** spec/11 sections 7 and 8: items, and how two versions of one become one. */
import { must, same } from './bytes.js'
import { decodeBody, decodeContent, encodeContent, isUtf8 } from './content.js'
import { bytesOf, type Field, numberOf, read, readCanonical, type Shape, type Value, write } from './protobuf.js'

type Fields = Map<number, Value[]>

const NONE = new Uint8Array(0)
/** CONTENT_BODY_BYTES. */
const BODY = 66_560
const SHAPES: Readonly<Record<string, Shape>> = {
  stamp: { 1: 'wide', 2: 'bytes' },
  registers: { 1: 'many' },
  register: { 1: 'varint', 2: 'message', 3: 'bytes' },
  content: { 1: 'bool', 2: 'message', 3: 'bytes', 4: 'message', 5: 'varint', 6: 'wide', 7: 'bool' },
  changes: { 1: 'message', 2: 'bool', 3: 'message', 4: 'message' },
  mark: { 1: 'wide', 2: 'bytes', 3: 'bytes' },
  queued: { 1: 'bytes', 2: 'bool' },
  file: { 1: 'bytes', 2: 'bool', 3: 'varint' },
}
const ITEM: Shape = {
  1: 'message',
  2: 'bytes',
  3: 'bytes',
  4: 'message',
  5: 'message',
  6: 'message',
  7: 'message',
  8: 'message',
  9: 'message',
  10: 'message',
}
const GROWING: Readonly<Record<number, readonly number[]>> = { 4: [], 5: [3], 6: [10, 11, 15, 16, 17], 7: [1] }
/** 11-69: OFFERED, ACCEPTED, FAILED, REFUSED, CANCELLED, COMPLETE, REMOVED. */
const FILE_ORDER = [1, 2, 6, 4, 5, 3, 7]

function parse(bytes: Uint8Array, shape: string): Fields {
  return readCanonical(bytes, SHAPES[shape] ?? {})
}

function compare(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

function compareStamps(a: Uint8Array, b: Uint8Array): number {
  const [x, y] = [parse(a, 'stamp'), parse(b, 'stamp')]
  return numberOf(x, 1) - numberOf(y, 1) || compare(bytesOf(x, 2), bytesOf(y, 2))
}

function checkStamp(bytes: Uint8Array): void {
  const fields = parse(bytes, 'stamp')
  must(numberOf(fields, 1) >= 1 && numberOf(fields, 1) <= 2 ** 48, 'malformed', 'counter')
  must(bytesOf(fields, 2).length === 16, 'malformed', 'replica')
}

export interface LiteralItem {
  readonly dot: Uint8Array
  readonly contact: Uint8Array
  readonly id: Uint8Array
  /** The field number of the value: its kind. */
  readonly kind: number
  readonly value: Uint8Array
}

export function decodeItem(bytes: Uint8Array): LiteralItem {
  const fields = readCanonical(bytes, ITEM)
  const kinds = [4, 5, 6, 7, 8, 9, 10].filter((kind) => fields.has(kind))
  must(kinds.length === 1, kinds.length === 0 ? 'malformed' : 'not_canonical', 'one value')
  const kind = kinds[0] as number
  const item = {
    dot: bytesOf(fields, 1),
    contact: bytesOf(fields, 2),
    id: bytesOf(fields, 3),
    kind,
    value: bytesOf(fields, kind),
  }
  checkStamp(item.dot)
  must(item.contact.length === (kind >= 6 ? 32 : 0), 'malformed', 'contact')
  must(item.id.length === (kind === 4 || kind === 6 ? 0 : 16), 'malformed', 'id')
  if (kind <= 7) checkRegisters(item.value)
  if (kind === 8) checkContent(item.value, item.id)
  if (kind === 9) {
    const value = parse(item.value, 'queued')
    must((numberOf(value, 2) === 1) === (bytesOf(value, 1).length === 0), 'malformed', 'done or there')
    must(bytesOf(value, 1).length <= BODY + 56, 'malformed', 'longer than any content')
  }
  if (kind === 10) {
    const value = parse(item.value, 'file')
    must(FILE_ORDER.includes(numberOf(value, 3)), 'malformed', 'state')
    must(bytesOf(value, 1).length <= BODY, 'malformed', 'longer than any offer')
  }
  return item
}

export function encodeItem({ dot, contact, id, kind, value }: LiteralItem): Uint8Array {
  const filled = [[2, contact] as const, [3, id] as const].filter(([, bytes]) => bytes.length > 0)
  return write([[1, dot], ...filled, [kind, value]])
}

function checkRegisters(bytes: Uint8Array): void {
  const registers = (parse(bytes, 'registers').get(1) ?? []) as Uint8Array[]
  must(registers.length <= 64, 'malformed', 'too many')
  let last = 0
  for (const register of registers) {
    const fields = parse(register, 'register')
    must(numberOf(fields, 1) > last && numberOf(fields, 1) <= 1_023, 'malformed', 'field')
    checkStamp(bytesOf(fields, 2))
    must(bytesOf(fields, 3).length <= BODY, 'malformed', 'value')
    last = numberOf(fields, 1)
  }
}

function isSequence(number: number): boolean {
  return number >= 1 && number < 2 ** 53
}

function checkContent(bytes: Uint8Array, id: Uint8Array): void {
  const fields = parse(bytes, 'content')
  checkStamp(bytesOf(fields, 2))
  const content = bytesOf(fields, 3)
  must(numberOf(fields, 5) > 0 || content.length === 0, 'malformed', 'state')
  must(numberOf(fields, 6) < 2 ** 53, 'malformed', 'time')
  must(numberOf(fields, 7) === 0 || (content.length === 0 && !fields.has(4)), 'malformed', 'gone')
  const changes = parse(bytesOf(fields, 4), 'changes')
  for (const number of [1, 3, 4]) {
    if (!changes.has(number)) continue
    const mark = parse(bytesOf(changes, number), 'mark')
    must(isUtf8(bytesOf(mark, 3)), 'not_canonical', 'text of a mark')
    must(isSequence(numberOf(mark, 1)) && bytesOf(mark, 2).length === 16, 'malformed', 'mark')
  }
  if (content.length === 0) return
  must(bytesOf(parse(bytesOf(changes, 1), 'mark'), 3).length === 0, 'malformed', 'text beside its content')
  const decoded = decodeContent(content)
  must(same(decoded.id, id), 'malformed', 'another ID')
  if (numberOf(changes, 2) === 1) must(decoded.body.length === 0, 'malformed', 'deleted')
  else decodeBody(decoded.kind, decoded.body)
}

function greater(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compare(a, b) >= 0 ? a : b
}

function joinRegisters(kind: number, a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Map<number, Uint8Array>()
  for (const register of [a, b].flatMap((bytes) => (parse(bytes, 'registers').get(1) ?? []) as Uint8Array[])) {
    const fields = parse(register, 'register')
    const held = joined.get(numberOf(fields, 1))
    if (held === undefined) {
      joined.set(numberOf(fields, 1), register)
      continue
    }
    const other = parse(held, 'register')
    const byStamp = compareStamps(bytesOf(fields, 2), bytesOf(other, 2))
    const byValue = compare(bytesOf(fields, 3), bytesOf(other, 3))
    const grows = GROWING[kind]?.includes(numberOf(fields, 1)) === true
    if ((grows ? byValue || byStamp : byStamp || byValue) > 0) joined.set(numberOf(fields, 1), register)
  }
  return write([...joined].sort(([x], [y]) => x - y).map(([, register]) => [1, register]))
}

/** 10-34. */
function laterMark(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const [x, y] = [parse(a, 'mark'), parse(b, 'mark')]
  return (numberOf(x, 1) - numberOf(y, 1) || compare(bytesOf(x, 2), bytesOf(y, 2))) >= 0 ? a : b
}

function joinContents(a: Uint8Array, b: Uint8Array): Uint8Array {
  const [x, y] = [parse(a, 'content'), parse(b, 'content')]
  const place = compareStamps(bytesOf(x, 2), bytesOf(y, 2)) <= 0 ? bytesOf(x, 2) : bytesOf(y, 2)
  const both = bytesOf(x, 3).length > 0 && bytesOf(y, 3).length > 0
  if (numberOf(x, 7) + numberOf(y, 7) > 0) {
    return write([...flag(1, numberOf(x, 1) + numberOf(y, 1) > 0), [2, place], [7, 1]])
  }
  if (both && numberOf(x, 1) !== numberOf(y, 1)) return numberOf(x, 1) === 1 ? a : b
  const outgoing = [x, y].some((fields) => bytesOf(fields, 3).length > 0 && numberOf(fields, 1) === 1)
  const [of, off] = [x, y].map((fields) => parse(bytesOf(fields, 4), 'changes')) as [Fields, Fields]
  const mark = (fields: Fields, number: number) => fields.get(number)?.[0] as Uint8Array | undefined
  const deleted = numberOf(of, 2) + numberOf(off, 2) > 0
  const hasChanges = x.has(4) || y.has(4)
  let edit = laterMark(mark(of, 1), mark(off, 1))
  let content = greater(bytesOf(x, 3), bytesOf(y, 3))
  if (both && mark(of, 1) !== undefined && edit === mark(of, 1) && !same(mark(off, 1) ?? NONE, edit ?? NONE))
    content = bytesOf(x, 3)
  if (both && edit !== undefined && edit === mark(off, 1)) content = bytesOf(y, 3)
  if (content.length > 0 && deleted) content = encodeContent({ ...decodeContent(content), body: NONE })
  if (content.length > 0 && edit !== undefined && !deleted) {
    const { 1: sequence, 2: id, 3: text } = Object.fromEntries(read(edit)) as Record<number, Value>
    if (text instanceof Uint8Array) {
      const body = readCanonical(decodeContent(content).body, { 1: 'bytes', 2: 'bytes' })
      const rest: Field[] = body.has(2) ? [[2, bytesOf(body, 2)]] : []
      content = encodeContent({ ...decodeContent(content), body: write([[1, text], ...rest]) })
    }
    edit = write([
      [1, sequence as Value],
      [2, id as Value],
    ])
  }
  const marks: Field[] = []
  if (!deleted && edit !== undefined) marks.push([1, edit])
  if (deleted) marks.push([2, 1])
  for (const number of deleted ? [] : [3, 4]) {
    const last = laterMark(mark(of, number), mark(off, number))
    if (last !== undefined) marks.push([number, last])
  }
  const times = [numberOf(x, 6), numberOf(y, 6)].filter((at) => at > 0)
  return write([
    ...flag(1, outgoing),
    [2, place],
    ...(content.length > 0 ? [[3, content] as Field] : []),
    ...(hasChanges ? [[4, write(marks)] as Field] : []),
    ...number(5, Math.max(numberOf(x, 5), numberOf(y, 5))),
    ...number(6, times.length > 0 ? Math.min(...times) : 0),
  ])
}

function flag(at: number, is: boolean): Field[] {
  return is ? [[at, 1]] : []
}

function number(at: number, value: number): Field[] {
  return value > 0 ? [[at, value]] : []
}

function joinQueued(a: Uint8Array, b: Uint8Array): Uint8Array {
  const [x, y] = [parse(a, 'queued'), parse(b, 'queued')]
  if (numberOf(x, 2) + numberOf(y, 2) > 0) return write([[2, 1]])
  return write([[1, greater(bytesOf(x, 1), bytesOf(y, 1))]])
}

function joinFiles(a: Uint8Array, b: Uint8Array): Uint8Array {
  const [x, y] = [parse(a, 'file'), parse(b, 'file')]
  const rank = (fields: Fields) => FILE_ORDER.indexOf(numberOf(fields, 3))
  if (rank(x) !== rank(y)) return rank(x) > rank(y) ? a : b
  return compare(bytesOf(x, 1), bytesOf(y, 1)) >= 0 ? a : b
}

export type Verdict = 'mine' | 'theirs' | 'both' | 'new'

/** 11-70: the value, and whose it is; a new one needs a stamp. */
export function joinItems(
  mine: LiteralItem,
  theirs: LiteralItem,
): { readonly value: Uint8Array; readonly verdict: Verdict } {
  const joins: Record<number, (a: Uint8Array, b: Uint8Array) => Uint8Array> = {
    8: joinContents,
    9: joinQueued,
    10: joinFiles,
  }
  const join = joins[mine.kind] ?? ((a, b) => joinRegisters(mine.kind, a, b))
  const value = join(mine.value, theirs.value)
  const [isMine, isTheirs] = [same(value, mine.value), same(value, theirs.value)]
  const verdict = isMine && isTheirs ? 'both' : isMine ? 'mine' : isTheirs ? 'theirs' : 'new'
  return { value, verdict }
}
