/** Double Ratchet in TypeScript over libsodium in WebAssembly, without post-quantum secrets. */
import { ensureOpened, load, type RatchetPair } from './peer.js'

interface Session {
  publicKey(): Uint8Array
  encrypt(plaintext: Uint8Array): Promise<object>
  decrypt(message: object): Promise<Uint8Array>
}

interface Library {
  readonly DoubleRatchet: {
    init(info: string, maxCache: number, maxSkip: number, secret: Uint8Array, theirs?: Uint8Array): Promise<Session>
  }
}

/** As its own tests have it. */
const MOST_SKIPPED = 20

export async function openDoubleRatchetPair(): Promise<RatchetPair | undefined> {
  const library = await load<Library>('double-ratchet-ts')
  if (library === undefined) return undefined
  const sodium = await load<{ readonly ready: Promise<void> }>('libsodium-wrappers')
  await sodium?.ready
  const { DoubleRatchet } = library
  const init = (theirs?: Uint8Array) =>
    DoubleRatchet.init('bench', MOST_SKIPPED, MOST_SKIPPED, new Uint8Array(32).fill(7), theirs)
  const ben = await init()
  const sessions = [await init(ben.publicKey()), ben] as const
  return {
    async pass(from, plaintext) {
      const message = await sessions[from].encrypt(plaintext)
      ensureOpened(await sessions[from === 0 ? 1 : 0].decrypt(message), plaintext)
    },
  }
}
