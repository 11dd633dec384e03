/** The package `libsignal`, on which Baileys stands: Double Ratchet in JavaScript over node:crypto, without post-quantum secrets. */
import { ensureOpened, load, type RatchetPair } from './peer.js'

interface KeyPair {
  readonly pubKey: Uint8Array
  readonly privKey: Uint8Array
}

interface Cipher {
  encrypt(data: Uint8Array): Promise<{ readonly type: number; readonly body: Buffer }>
  decryptWhisperMessage(data: Uint8Array): Promise<Uint8Array>
  decryptPreKeyWhisperMessage(data: Uint8Array): Promise<Uint8Array>
}

interface Library {
  readonly keyhelper: {
    generateIdentityKeyPair(): KeyPair
    generatePreKey(id: number): { readonly keyPair: KeyPair }
    generateSignedPreKey(identity: KeyPair, id: number): { readonly keyPair: KeyPair; readonly signature: Uint8Array }
  }
  readonly ProtocolAddress: new (name: string, device: number) => object
  readonly SessionBuilder: new (storage: object, address: object) => { initOutgoing(bundle: object): Promise<void> }
  readonly SessionCipher: new (storage: object, address: object) => Cipher
}

const PRE_KEY = 1

class Side {
  readonly identity: KeyPair
  readonly preKey: KeyPair
  readonly signedPreKey: ReturnType<Library['keyhelper']['generateSignedPreKey']>
  readonly address: object
  readonly storage: object

  constructor(library: Library, name: string) {
    const { keyhelper } = library
    this.identity = keyhelper.generateIdentityKeyPair()
    this.preKey = keyhelper.generatePreKey(PRE_KEY).keyPair
    this.signedPreKey = keyhelper.generateSignedPreKey(this.identity, PRE_KEY)
    this.address = new library.ProtocolAddress(name, 1)
    const sessions = new Map<string, object>()
    this.storage = {
      loadSession: async (id: string) => sessions.get(id),
      storeSession: async (id: string, session: object) => void sessions.set(id, session),
      isTrustedIdentity: () => true,
      loadPreKey: async () => this.preKey,
      removePreKey: () => undefined,
      loadSignedPreKey: () => this.signedPreKey.keyPair,
      getOurRegistrationId: () => 1,
      getOurIdentity: () => this.identity,
    }
  }

  bundle(): object {
    const { keyPair, signature } = this.signedPreKey
    return {
      registrationId: 1,
      identityKey: this.identity.pubKey,
      preKey: { keyId: PRE_KEY, publicKey: this.preKey.pubKey },
      signedPreKey: { keyId: PRE_KEY, publicKey: keyPair.pubKey, signature },
    }
  }
}

export async function openBaileysPair(): Promise<RatchetPair | undefined> {
  const library = await load<Library>('libsignal')
  if (library === undefined) return undefined
  const [ana, ben] = [new Side(library, 'ana'), new Side(library, 'ben')]
  await new library.SessionBuilder(ana.storage, ben.address).initOutgoing(ben.bundle())
  const ciphers = [
    new library.SessionCipher(ana.storage, ben.address),
    new library.SessionCipher(ben.storage, ana.address),
  ] as const
  return {
    async pass(from, plaintext) {
      const { type, body } = await ciphers[from].encrypt(Buffer.from(plaintext))
      const to = ciphers[from === 0 ? 1 : 0]
      const isFirst = type === 3
      ensureOpened(await (isFirst ? to.decryptPreKeyWhisperMessage(body) : to.decryptWhisperMessage(body)), plaintext)
    },
  }
}
