/** One person of the network tests, over the SDK's facade: the same in Node and in a page. */
import type { Contact, Me, PathKind } from '@solo2/sdk'

export interface PeerCalls {
  /** The pairing code. */
  register(server: string, username: string): Promise<string>
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
  /** Resolves when so many more came; whether each was the next. */
  heard(count: number): Promise<boolean>
  end(): Promise<void>
}

type Register = (options: {
  server: string
  username: string
  displayName: string
  password: string
}) => Promise<{ me: Me }>

export function createPeer(register: Register): PeerCalls {
  let me: Me | undefined
  let heard: string[] = []

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

  return {
    async register(server, username) {
      const registered = await register({ server, username, displayName: username, password: 'blue kettle 42' })
      me = registered.me
      me.on('message', ({ outgoing, body }) => {
        if (!outgoing && body.kind === 'text') heard.push(body.text)
      })
      return me.pairingCode
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
    async heard(count) {
      await until(['message'], () => (heard.length >= count ? true : undefined))
      return heard.splice(0, count).every((text, n) => text === `${n}`)
    },
    async end() {
      await me?.lock()
    },
  }
}
