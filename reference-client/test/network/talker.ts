/** One person of the timing tests, a process of its own on the Node SDK: does one thing after another with its one contact. */
import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Contact, fileSource, type Me, type NetworkChoices, Solo2 } from '@solo2/sdk/node'
import { RTCDataChannel } from 'node-datachannel/polyfill'
import { answerCalls } from './serve-calls.js'

export type Doing = 'idle' | 'typing' | 'chatting' | 'sending'

export interface TalkerCalls {
  /** The pairing code. */
  register(server: string, username: string): Promise<string>
  /** Resolves when the contact is connected. */
  pair(code: string): Promise<void>
  accept(): Promise<void>
  /** From now on, at that pace; each message costs so much more where its frame leaves. */
  begin(doing: Doing, pace: NetworkChoices['pace'], slowedMs: number): Promise<void>
  /** Ends it; resolves, when nothing of it is under way, with the messages and pieces of files that came meanwhile. */
  rest(): Promise<number>
  end(): Promise<void>
}

/** Short windows see as many messages as long ones; fewer than ticks in either. */
const MESSAGE_EVERY_MS = process.env['TEST_LONG'] === '1' ? 1_500 : 800

const [folder = ''] = process.argv.slice(2)
let me: Me | undefined
let received = 0
let active = false
let under: Promise<void> | undefined
let slowed = 0
/** Messages of which no frame was slowed yet. */
let owed = 0

const send = RTCDataChannel.prototype.send
/** As a build would that spends time on each message: what the classifier must find. */
RTCDataChannel.prototype.send = function (this: RTCDataChannel, ...args: Parameters<typeof send>) {
  const until = performance.now() + (owed > 0 ? slowed : 0)
  owed = 0
  while (performance.now() < until);
  send.apply(this, args)
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

/** Exponential, as arrivals that know nothing of each other. */
const pause = (meanMs: number) => wait(-Math.log(1 - randomInt(1, 1_000_000) / 1_000_000) * meanMs)

async function type(): Promise<void> {
  let draft = ''
  while (active) {
    await pause(300)
    draft = draft.length > 80 ? '' : `${draft}x`
    await contact().changeSettings({ draft })
  }
}

async function chat(): Promise<void> {
  for (;;) {
    await pause(MESSAGE_EVERY_MS)
    if (!active) return
    owed++
    await contact().send('x'.repeat(randomInt(1, 400)))
  }
}

/** A file a while, small enough to leave the machine to others where nothing holds it back. */
async function sendFiles(): Promise<void> {
  const path = join(folder, 'photo.bin')
  await writeFile(path, new Uint8Array(100_000))
  while (active) {
    const { id } = await contact().offerFile(await fileSource(path))
    const isUnderWay = () => contact().transfers.some((one) => one.id === id && one.stage !== 'complete')
    while (active && isUnderWay()) await wait(200)
    if (isUnderWay()) await contact().cancelFile(id)
    await pause(1_000)
  }
}

const calls: TalkerCalls = {
  async register(server, username) {
    const credentials = { server, username, displayName: username, password: 'blue kettle 42' }
    const registered = await Solo2.register({ ...credentials, folder, downloads: join(folder, 'downloads') })
    me = registered.me
    me.on('message', ({ outgoing }) => {
      if (!outgoing) received++
    })
    me.on('file', ({ id, outgoing, stage }) => {
      if (outgoing) return
      if (stage === 'offered')
        void contact()
          .acceptFile(id)
          .catch(() => undefined)
      else received++
    })
    return me.pairingCode
  },
  async pair(code) {
    const paired = await user().pair(code)
    await paired.connect()
  },
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
    const accepted = await request?.accept()
    await accepted?.connect()
  },
  async begin(doing, pace, slowedMs) {
    await user().chooseNetwork({ pace })
    active = true
    slowed = slowedMs
    received = 0
    if (doing === 'typing') under = type()
    if (doing === 'chatting') under = chat()
    if (doing === 'sending') under = sendFiles()
  },
  async rest() {
    active = false
    const count = received
    await user().chooseNetwork({ pace: 'normal' })
    await under
    while (contact().transfers.some(({ stage }) => stage === 'offered' || stage === 'accepted')) await wait(50)
    return count
  },
  async end() {
    active = false
    await me?.lock()
  },
}

answerCalls(calls)
