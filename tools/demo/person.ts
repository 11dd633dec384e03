/** One person of the demo: a process of its own on the Node SDK, told what to do over the parent's IPC channel. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { fileSource, type Me, Solo2, type Tunnel } from '@solo2/sdk/node'

export interface PersonSetup {
  readonly server: string
  readonly username: string
  readonly password: string
  readonly displayName: string
  readonly folder: string
  readonly downloads: string
}

/** What a person can be asked to do, with the answer that comes back. */
export interface PersonCalls {
  register(setup: PersonSetup): Promise<{ code: string; words: number }>
  pair(code: string): Promise<{ name: string; safetyNumber: string }>
  acceptFirstRequest(): Promise<{ name: string; safetyNumber: string }>
  connect(): Promise<{ path: string }>
  /** Sends texts `prefix 1`... and resolves when the other device has them all. */
  sendTexts(prefix: string, count: number): Promise<void>
  /** Resolves when that many texts with the prefix have arrived, in order. */
  receivedTexts(prefix: string, count: number): Promise<{ inOrder: boolean }>
  /** Resolves when the other device has the file. */
  sendFile(path: string): Promise<void>
  /** Accepts the first offered file; resolves with its SHA-256 when it is whole. */
  acceptFile(): Promise<{ sha256: string; size: number }>
  serverState(): Promise<string>
  close(): Promise<void>
}

let me: Me | undefined
let tunnel: Tunnel | undefined
const texts: string[] = []

function user(): Me {
  if (me === undefined) throw new Error('not registered yet')
  return me
}

function link(): Tunnel {
  if (tunnel === undefined) throw new Error('not connected yet')
  return tunnel
}

const calls: PersonCalls = {
  async register({ folder, downloads, ...registration }) {
    const registered = await Solo2.register({ ...registration, folder, downloads })
    me = registered.me
    me.on('message', (message) => {
      if (!message.outgoing && message.body.kind === 'text') texts.push(message.body.text)
    })
    return { code: me.pairingCode, words: registered.words.length }
  },
  async pair(code) {
    const contact = await user().pair(code)
    return { name: contact.displayName, safetyNumber: contact.safetyNumber }
  },
  async acceptFirstRequest() {
    const [request] =
      user().requests.length > 0
        ? user().requests
        : await new Promise<Me['requests']>((resolve) => {
            const stop = user().on('requests', (requests) => {
              if (requests.length === 0) return
              stop()
              resolve(requests)
            })
          })
    const contact = await request?.accept()
    if (contact === undefined) throw new Error('no request')
    return { name: contact.displayName, safetyNumber: contact.safetyNumber }
  },
  async connect() {
    const [contact] = user().contacts
    if (contact === undefined) throw new Error('no contact')
    tunnel = await contact.connect()
    return { path: tunnel.path }
  },
  async sendTexts(prefix, count) {
    const sent: Promise<unknown>[] = []
    for (let n = 1; n <= count; n++) sent.push(link().send(`${prefix} ${n}`))
    await Promise.all(sent)
  },
  async receivedTexts(prefix, count) {
    const mine = () => texts.filter((text) => text.startsWith(`${prefix} `))
    await new Promise<void>((resolve) => {
      const check = () => {
        if (mine().length < count) return
        stop()
        resolve()
      }
      const stop = user().on('message', () => queueMicrotask(check))
      check()
    })
    return { inOrder: mine().every((text, i) => text === `${prefix} ${i + 1}`) }
  },
  async sendFile(path) {
    let told = 0
    await link().sendFile(await fileSource(path), {
      onProgress({ stage, bytes, size }) {
        const percent = size === 0 ? 100 : Math.floor((bytes / size) * 100)
        if (stage !== 'moving' || percent === told) return
        told = percent
        process.send?.({ progress: percent, file: basename(path) })
      },
    })
  },
  async acceptFile() {
    const [contact] = user().contacts
    if (contact === undefined) throw new Error('no contact')
    let file: string | undefined
    let saving = false
    let stop = (): void => undefined
    const path = await new Promise<string>((resolve, reject) => {
      const handle = (transfer: (typeof contact.transfers)[number]) => {
        if (transfer.outgoing) return
        if (file === undefined && transfer.stage === 'offered') {
          file = transfer.id
          contact.acceptFile(file).catch(reject)
        }
        if (transfer.id !== file) return
        if (transfer.stored && !saving) {
          saving = true
          contact.saveFile(file).then((saved) => resolve(saved.path ?? ''), reject)
        }
        if (transfer.stage === 'failed') reject(new Error('the file failed'))
      }
      stop = user().on('file', handle)
      for (const transfer of contact.transfers) handle(transfer)
    }).finally(() => stop())
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer)
      size += (chunk as Buffer).length
    }
    return { sha256: hash.digest('hex'), size }
  },
  async serverState() {
    return user().serverState
  },
  async close() {
    await me?.lock()
  },
}

process.on('message', (message: { id: number; call: keyof PersonCalls; args: unknown[] }) => {
  const run = calls[message.call] as (...args: unknown[]) => Promise<unknown>
  run(...message.args).then(
    (value) => process.send?.({ id: message.id, value }),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
  )
})
