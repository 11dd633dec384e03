/** One person of the mirror's tests, a process of its own on the Node SDK: goes through the mirror only. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Contact, fileSource, type Me, Solo2 } from '@solo2/sdk/node'
import { RTCDataChannel } from 'node-datachannel/polyfill'
import { answerCalls } from './serve-calls.js'

export interface Facts {
  readonly username: string
  readonly displayName: string
  readonly password: string
  readonly pairingCode: string
  readonly alias: string
}

export interface MirroredCalls {
  register(server: string, username: string): Promise<Facts>
  /** Resolves when the contact is connected, with its identity as hex. */
  pair(code: string): Promise<string>
  accept(): Promise<string>
  path(): Promise<string>
  /** Resolves when the other device has it. */
  say(text: string): Promise<void>
  heard(): Promise<string[]>
  /** A file of that text over and over. Resolves when the other device, which takes each, has all its bytes. */
  sendFile(name: string, text: string, size: number): Promise<void>
  /** The next frame loses so many bytes at its end, as in a build that does not pad. */
  cutNext(bytes: number): Promise<void>
  end(): Promise<void>
}

const [folder = ''] = process.argv.slice(2)
let me: Me | undefined
let cut = 0
const heard: string[] = []

const send = RTCDataChannel.prototype.send
RTCDataChannel.prototype.send = function (this: RTCDataChannel, message: Parameters<typeof send>[0]) {
  const whole = cut === 0 || !(message instanceof Uint8Array)
  send.call(this, whole ? message : message.subarray(0, message.length - cut))
  cut = 0
}

function user(): Me {
  if (me === undefined) throw new Error('not registered yet')
  return me
}

function contact(): Contact {
  const [only] = user().contacts
  if (only === undefined) throw new Error('no contact yet')
  return only
}

async function met(contact: Contact): Promise<string> {
  await contact.connect()
  return contact.id
}

const calls: MirroredCalls = {
  async register(server, username) {
    const displayName = `${username} of the otters`
    const password = `blue kettle 42 ${username}`
    const registered = await Solo2.register({
      ...{ server, username, displayName, password, folder },
      downloads: join(folder, 'downloads'),
    })
    me = registered.me
    me.on('message', ({ outgoing, body }) => {
      if (outgoing) return
      if (body.kind === 'text') heard.push(body.text)
      if (body.kind === 'file') void contact().acceptFile(body.file)
    })
    await me.chooseNetwork({ paths: 'mirror' })
    return { username, displayName, password, pairingCode: me.pairingCode, alias: me.alias }
  },
  pair: async (code) => met(await user().pair(code)),
  async accept() {
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
    if (request === undefined) throw new Error('nobody asked')
    return met(await request.accept())
  },
  path: async () => contact().path,
  async say(text) {
    const tunnel = await contact().connect()
    await tunnel.send(text)
  },
  heard: async () => heard,
  async sendFile(name, text, size) {
    const path = join(folder, name)
    await writeFile(path, Buffer.alloc(size, text))
    const tunnel = await contact().connect()
    await tunnel.sendFile(await fileSource(path))
  },
  async cutNext(bytes) {
    cut = bytes
  },
  async end() {
    await me?.lock()
  },
}

answerCalls(calls)
