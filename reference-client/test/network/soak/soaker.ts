/** One person of the soak, a process of its own on the Node SDK: does what it is told, and may be killed while it does. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  type Contact,
  fileSource,
  type Me,
  type Message,
  type NetworkChoices,
  Solo2,
  Solo2Error,
} from '@solo2/sdk/node'
import { answerCalls } from '../serve-calls.js'
import type { SeenLine } from './judge.js'

export interface SoakerCalls {
  /** The pairing code. */
  register(server: string, username: string): Promise<string>
  pair(code: string): Promise<void>
  accept(): Promise<void>
  /** After a kill: what lies in the folder is opened, with what was under way. */
  unlock(server: string, username: string): Promise<void>
  /** The message's id. */
  send(text: string): Promise<string>
  edit(id: string, text: string): Promise<void>
  delete(id: string): Promise<void>
  /** To the latest of what came, if any is there: which one it was. */
  react(emoji: string): Promise<string | undefined>
  read(): Promise<void>
  /** The id of the message that offers it. */
  offer(path: string): Promise<string>
  /** Whether it could: a mirror is known only while the server is there. */
  choose(change: Partial<NetworkChoices>): Promise<boolean>
  /** Resolves when the next message has come: it is in the vault, and its receipt still to go. */
  hears(): Promise<void>
  /** Whether a tunnel stands, and what of messages and files has not come to its end. */
  standing(): Promise<{ readonly connected: boolean; readonly open: readonly string[] }>
  /** All lines behind that position. */
  lines(after: number): Promise<SeenLine[]>
  end(): Promise<void>
}

const PASSWORD = 'blue kettle 42'
/** Memory is judged by what is needed, and the collector lets what is not lie for as long as it likes: it is called now and then. */
const COLLECT_MS = 10_000
setFlagsFromString('--expose-gc')
setInterval(runInNewContext('gc') as () => void, COLLECT_MS).unref()

const PAGE = 200
const PIECE_BYTES = 1_048_576

const [folder = ''] = process.argv.slice(2)
const folders = { folder: join(folder, 'vaults'), downloads: join(folder, 'downloads') }
const hashes = new Map<string, string>()
let me: Me | undefined

function user(): Me {
  if (me === undefined) throw new Error('nobody is here yet')
  return me
}

function contact(): Contact {
  const [only] = user().contacts
  if (only === undefined) throw new Error('no contact yet')
  return only
}

async function unless(codes: readonly string[], action: Promise<unknown>): Promise<boolean> {
  try {
    await action
    return true
  } catch (error) {
    if (!(error instanceof Solo2Error) || !codes.includes(error.code)) throw error
    return false
  }
}

/** Every file that is offered, also what a life before this one left without an answer. */
function acceptFiles(opened: Me): void {
  const accept = (id: string) => void unless(['wrong_state', 'not_found', 'closed'], contact().acceptFile(id))
  opened.on('file', ({ id, outgoing, stage }) => {
    if (!outgoing && stage === 'offered') accept(id)
  })
  for (const { id, outgoing, stage } of opened.contacts[0]?.transfers ?? []) {
    if (!outgoing && stage === 'offered') accept(id)
  }
}

/** Up to `limit` messages before that position, the latest last. */
const before = (position: number | undefined, limit = PAGE) =>
  contact().messages({ limit, ...(position !== undefined && { before: position }) })

async function latest(isWanted: (message: Message) => boolean): Promise<Message | undefined> {
  return (await before(undefined, 20)).findLast(isWanted)
}

/** Of a file that came whole; what it has come to otherwise. */
async function hashOf(id: string): Promise<string> {
  const transfer = contact().transfers.find((one) => one.id === id)
  if (transfer?.stored !== true) return transfer?.stage ?? 'nothing'
  const known = hashes.get(id)
  if (known !== undefined) return known
  const hash = createHash('sha256')
  const source = await contact().openFile(id)
  try {
    for (let at = 0; at < source.size; at += PIECE_BYTES) {
      hash.update(await source.read(at, Math.min(PIECE_BYTES, source.size - at)))
    }
  } finally {
    await source.close()
  }
  const found = hash.digest('hex')
  hashes.set(id, found)
  return found
}

async function seen({ id, position, outgoing, body, reactions }: Message): Promise<SeenLine> {
  const { own = '', theirs = '' } = reactions
  const line = { id, position, outgoing, own, theirs }
  if (body.kind === 'text') return { ...line, text: body.text }
  if (body.kind !== 'file') return line
  return { ...line, text: body.name, ...(!outgoing && { file: await hashOf(body.file) }) }
}

const isOpen = ({ outgoing, state }: Message) => outgoing && (state === 'waiting' || state === 'sent')

const calls: SoakerCalls = {
  async register(server, username) {
    const credentials = { server, username, displayName: username, password: PASSWORD }
    const registered = await Solo2.register({ ...credentials, ...folders })
    me = registered.me
    acceptFiles(me)
    return me.pairingCode
  },
  async pair(code) {
    const paired = await user().pair(code)
    await paired.connect()
  },
  async accept() {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (user().requests.length > 0) resolve()
      }
      user().on('requests', () => queueMicrotask(look))
      look()
    })
    const accepted = await user().requests[0]?.accept()
    await accepted?.connect()
  },
  async unlock(server, username) {
    me = await Solo2.unlock({ server, username, password: PASSWORD, ...folders })
    acceptFiles(me)
  },
  async send(text) {
    return (await contact().send(text)).id
  },
  async edit(id, text) {
    await contact().edit(id, text)
  },
  async delete(id) {
    await contact().delete(id)
  },
  async react(emoji) {
    const target = await latest(({ outgoing, body }) => !outgoing && body.kind !== 'deleted')
    if (target === undefined) return undefined
    // Its author may take it back in this moment.
    return (await unless(['wrong_state', 'not_found'], contact().react(target.id, emoji))) ? target.id : undefined
  },
  async read() {
    const target = await latest(({ outgoing }) => !outgoing)
    if (target !== undefined) await contact().markRead(target.id)
  },
  async offer(path) {
    const { id } = await contact().offerFile(await fileSource(path))
    const offered = await latest(({ body }) => body.kind === 'file' && body.file === id)
    if (offered === undefined) throw new Error('an offer without a message')
    return offered.id
  },
  choose: (change) => unless(['no_mirror'], user().chooseNetwork(change)),
  hears: () =>
    new Promise((resolve) => {
      const stop = user().on('message', ({ outgoing }) => {
        if (outgoing) return
        stop()
        resolve()
      })
    }),
  async standing() {
    const transfers = contact().transfers.filter(({ stage }) => stage === 'offered' || stage === 'accepted')
    const messages = (await before(undefined)).filter(isOpen)
    const open = [
      ...transfers.map(({ name, stage, bytes, outgoing }) => `${name} ${stage} ${bytes} ${outgoing ? 'out' : 'in'}`),
      ...messages.map(({ id, state, body }) => `${body.kind} ${id} ${state}`),
    ]
    return { connected: contact().state === 'connected', open }
  },
  async lines(after) {
    const found: Message[] = []
    for (;;) {
      const page = (await before(found[0]?.position)).filter(({ position }) => position > after)
      if (page.length === 0) break
      found.unshift(...page)
    }
    const lines: SeenLine[] = []
    for (const message of found) lines.push(await seen(message))
    return lines
  },
  async end() {
    await me?.lock()
  },
}

answerCalls(calls)
