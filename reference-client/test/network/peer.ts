/** One person of the network tests, over the SDK's facade: the same in Node and in a page. */
import type { Contact, Me, PathKind } from '@solo2/sdk'
import { createFiles, type FileCalls, type FileRim } from './peer-files.js'

export interface PeerCalls extends FileCalls {
  /** The pairing code. */
  register(server: string, username: string): Promise<string>
  /** The account that this folder holds since an earlier life; resolves when the contact is connected. */
  unlock(server: string, username: string): Promise<void>
  /** Resolves when the contact, who accepted, was met over a tunnel. */
  pair(code: string): Promise<void>
  acceptFirstRequest(): Promise<void>
  /** Ends the tunnel, and looks for nobody. */
  hide(): Promise<void>
  /** Looks for the contact until a tunnel stands, or so many attempts were given up: whether it stands. */
  open(attempts: number): Promise<boolean>
  /** As the statistics of ICE tell it now. */
  path(): Promise<PathKind>
  /** Sends so many texts; resolves when the other device has them all. */
  say(count: number): Promise<void>
  /** Writes so many texts, whether or not there is a tunnel now. */
  write(count: number): Promise<void>
  /** The states of the contact since this was asked last. */
  states(): Promise<string[]>
  /** Resolves when so many more came; whether each was the next. */
  heard(count: number): Promise<boolean>
  /** Starts to send a file of so many bytes, which the other side takes. Resolves when its bytes move. */
  startFile(size: number): Promise<void>
  cancelFile(): Promise<void>
  /** One text after the other: milliseconds until the other device had each. */
  roundTrips(count: number): Promise<number[]>
  end(): Promise<void>
}

/** What the two platforms do each in their own way. */
export interface PeerRim extends FileRim {
  register(options: Credentials & { readonly displayName: string }): Promise<{ me: Me }>
  unlock(options: Credentials): Promise<Me>
}

interface Credentials {
  readonly server: string
  readonly username: string
  readonly password: string
}

const PASSWORD = 'blue kettle 42'

export function createPeer(rim: PeerRim): PeerCalls {
  let me: Me | undefined
  let heard: string[] = []
  const states: string[] = []
  let sending: AbortController | undefined

  function user(): Me {
    if (me === undefined) throw new Error('not registered yet')
    return me
  }

  function contact(): Contact {
    const [only] = user().contacts
    if (only === undefined) throw new Error('no contact yet')
    return only
  }

  /** Looks now and at each event, until there is something. */
  function until<T>(events: readonly ('presence' | 'message' | 'requests')[], look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const stops: (() => void)[] = []
      const check = (): void => {
        const found = look()
        if (found === undefined) return
        for (const stop of stops) stop()
        resolve(found)
      }
      for (const event of events) stops.push(user().on(event, () => queueMicrotask(check)))
      check()
    })
  }

  function watch(opened: Me): void {
    me = opened
    me.on('presence', ({ state }) => {
      if (state !== states.at(-1)) states.push(state)
    })
    me.on('message', ({ outgoing, body }) => {
      if (!outgoing && body.kind === 'text') heard.push(body.text)
      if (!outgoing && body.kind === 'file')
        contact()
          .acceptFile(body.file)
          .catch(() => undefined)
    })
  }

  return {
    ...createFiles(user, contact, rim),
    async register(server, username) {
      const registered = await rim.register({ server, username, displayName: username, password: PASSWORD })
      watch(registered.me)
      return registered.me.pairingCode
    },
    async unlock(server, username) {
      watch(await rim.unlock({ server, username, password: PASSWORD }))
      await contact().connect()
    },
    async pair(code) {
      await user().pair(code)
    },
    async acceptFirstRequest() {
      const request = await until(['requests'], () => user().requests[0])
      const accepted = await request.accept()
      await accepted.connect()
    },
    async hide() {
      await contact().block()
      heard = []
    },
    async open(attempts) {
      let left = attempts
      let before = contact().state
      const stands = until(['presence'], () => {
        const { state } = contact()
        if (before === 'connecting' && state === 'away') left--
        before = state
        return left <= 0 ? false : state === 'connected' || undefined
      })
      await contact().unblock()
      return await stands
    },
    path: () => until(['presence'], () => (contact().path === 'unknown' ? undefined : contact().path)),
    async say(count) {
      const tunnel = await contact().connect()
      await Promise.all(Array.from({ length: count }, (_, n) => tunnel.send(`${n}`)))
    },
    async write(count) {
      for (let n = 0; n < count; n++) await contact().send(`${n}`)
    },
    async states() {
      return states.splice(0)
    },
    async heard(count) {
      await until(['message'], () => (heard.length >= count ? true : undefined))
      return heard.splice(0, count).every((text, n) => text === `${n}`)
    },
    async startFile(size) {
      const tunnel = await contact().connect()
      sending = new AbortController()
      const { signal } = sending
      const name = 'zeros'
      const source = { name, size, read: async (_: number, length: number) => new Uint8Array(length), async close() {} }
      await new Promise<void>((resolve, reject) => {
        const onProgress = ({ stage }: { stage: string }): void => {
          if (stage === 'moving') resolve()
        }
        tunnel.sendFile(source, { onProgress, signal }).then(() => resolve(), reject)
      })
    },
    async cancelFile() {
      sending?.abort()
    },
    async roundTrips(count) {
      const tunnel = await contact().connect()
      const times: number[] = []
      for (let n = 0; n < count; n++) {
        const start = performance.now()
        await tunnel.send(`${n}`)
        times.push(performance.now() - start)
      }
      return times
    },
    async end() {
      await me?.lock()
    },
  }
}
