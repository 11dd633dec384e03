/**
 * Signal's own library, in Rust: Double Ratchet with its sparse post-quantum ratchet (SPQR) beside it. The stores keep the session's
 * handle, which is its fastest way: nothing is serialised between two messages.
 */
import { ensureOpened, load, type RatchetPair } from './peer.js'

interface PublicKey {
  serialize(): Uint8Array
}
interface KeyPair {
  readonly publicKey: PublicKey
  readonly privateKey: { sign(message: Uint8Array): Uint8Array }
}
interface Message {
  serialize(): Uint8Array
  type(): number
}
type Make<Result> = (...args: readonly unknown[]) => Result
type Store = abstract new () => object

interface Library {
  readonly IdentityKeyPair: { generate(): KeyPair }
  readonly PrivateKey: { generate(): { getPublicKey(): PublicKey } }
  readonly KEMKeyPair: { generate(): { getPublicKey(): PublicKey } }
  readonly PreKeyRecord: { new: Make<object> }
  readonly SignedPreKeyRecord: { new: Make<object> }
  readonly KyberPreKeyRecord: { new: Make<object> }
  readonly PreKeyBundle: { new: Make<object> }
  readonly ProtocolAddress: { new: Make<object> }
  readonly SignalMessage: { deserialize(bytes: Uint8Array): object }
  readonly PreKeySignalMessage: { deserialize(bytes: Uint8Array): object }
  readonly SessionStore: Store
  readonly IdentityKeyStore: Store
  readonly PreKeyStore: Store
  readonly SignedPreKeyStore: Store
  readonly KyberPreKeyStore: Store
  processPreKeyBundle(...args: readonly unknown[]): Promise<void>
  signalEncrypt(...args: readonly unknown[]): Promise<Message>
  signalDecrypt(...args: readonly unknown[]): Promise<Uint8Array>
  signalDecryptPreKey(...args: readonly unknown[]): Promise<Uint8Array>
}

/** Of each kind there is one key. */
const ID = 1
const PRE_KEY_MESSAGE = 3

interface Side {
  readonly address: object
  readonly bundle: object
  readonly sessions: object
  readonly identities: object
  /** Of prekeys, signed prekeys and Kyber prekeys. */
  readonly keyStores: readonly object[]
}

/** A store of the library that holds one thing. */
function store(Base: Store, methods: object): object {
  class Held extends Base {}
  return Object.assign(new Held(), methods)
}

function makeSide(library: Library, name: string): Side {
  const identity = library.IdentityKeyPair.generate()
  const [preKey, signedPreKey] = [library.PrivateKey.generate(), library.PrivateKey.generate()]
  const kyberPreKey = library.KEMKeyPair.generate()
  const signature = identity.privateKey.sign(signedPreKey.getPublicKey().serialize())
  const kyberSignature = identity.privateKey.sign(kyberPreKey.getPublicKey().serialize())
  const now = Date.now()
  const records = [
    library.PreKeyRecord.new(ID, preKey.getPublicKey(), preKey),
    library.SignedPreKeyRecord.new(ID, now, signedPreKey.getPublicKey(), signedPreKey, signature),
    library.KyberPreKeyRecord.new(ID, now, kyberPreKey, kyberSignature),
  ] as const
  let session: object | null = null
  return {
    address: library.ProtocolAddress.new(name, ID),
    bundle: library.PreKeyBundle.new(
      ...[ID, ID, ID, preKey.getPublicKey(), ID, signedPreKey.getPublicKey(), signature],
      ...[identity.publicKey, ID, kyberPreKey.getPublicKey(), kyberSignature],
    ),
    sessions: store(library.SessionStore, {
      getSession: async () => session,
      async saveSession(_: object, record: object) {
        session = record
      },
    }),
    identities: store(library.IdentityKeyStore, {
      getIdentityKey: async () => identity.privateKey,
      getIdentityKeyPair: async () => identity,
      getLocalRegistrationId: async () => ID,
      saveIdentity: async () => 0,
      isTrustedIdentity: async () => true,
      getIdentity: async () => null,
    }),
    keyStores: [
      store(library.PreKeyStore, { getPreKey: async () => records[0], removePreKey: async () => undefined }),
      store(library.SignedPreKeyStore, { getSignedPreKey: async () => records[1] }),
      store(library.KyberPreKeyStore, {
        getKyberPreKey: async () => records[2],
        markKyberPreKeyUsed: async () => undefined,
      }),
    ],
  }
}

export async function openLibsignalPair(): Promise<RatchetPair | undefined> {
  const library = await load<Library>('@signalapp/libsignal-client')
  if (library === undefined) return undefined
  const sides = [makeSide(library, 'ana'), makeSide(library, 'ben')] as const
  const [ana, ben] = sides
  await library.processPreKeyBundle(ben.bundle, ben.address, ana.address, ana.sessions, ana.identities)
  return {
    async pass(from, plaintext) {
      const [sender, recipient] = [sides[from], sides[from === 0 ? 1 : 0]]
      const way = [recipient.address, sender.address, sender.sessions, sender.identities]
      const message = await library.signalEncrypt(plaintext, ...way)
      const bytes = message.serialize()
      const back = [sender.address, recipient.address, recipient.sessions, recipient.identities]
      const opened =
        message.type() === PRE_KEY_MESSAGE
          ? library.signalDecryptPreKey(library.PreKeySignalMessage.deserialize(bytes), ...back, ...recipient.keyStores)
          : library.signalDecrypt(library.SignalMessage.deserialize(bytes), ...back)
      ensureOpened(await opened, plaintext)
    },
  }
}
