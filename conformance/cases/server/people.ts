/** People of a run: their secrets are random, their accounts are deleted at its end. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { type Account, IdentityBundleBody, type Session } from '@solo2/proto/account-service'
import { ascii, join, unhex } from '../../literal/bytes.js'
import { sha256, x25519Public } from '../../literal/primitives.js'
import { ensureKept } from '../../src/case.js'
import { attempt, call } from './calls.js'
import { random, type ServerSubject } from './subject.js'

export interface Person {
  readonly username: string
  authKey: Uint8Array
  wrapper: Uint8Array
  authenticator: Uint8Array
  token: Uint8Array
  account: Account
  session: Session
  /** Of its identity keys, if it has published some. */
  bundle: { body: Uint8Array; signature: Uint8Array } | undefined
  /** Nothing is left to delete. */
  deleted: boolean
}

/** RFC 8410: the fixed heads of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo. */
const PKCS8 = unhex('302e020100300506032b657004220420')
const SPKI_LENGTH = 12

function ed25519(seed: Uint8Array) {
  const key = createPrivateKey({ key: Buffer.from(join(PKCS8, seed)), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return { publicKey: new Uint8Array(spki.subarray(SPKI_LENGTH)), sign: (data: Uint8Array) => sign(null, data, key) }
}

export interface BundleOptions {
  readonly version?: number
  readonly x25519?: Uint8Array
  /** Behind the body, before it is signed. */
  readonly after?: Uint8Array
}

/** spec/04 section 3, of new keys. */
export function bundleFor(alias: string, options: BundleOptions = {}): { body: Uint8Array; signature: Uint8Array } {
  const { publicKey, sign: signed } = ed25519(random(32))
  const message = {
    version: options.version ?? 1,
    ed25519: publicKey,
    x25519: options.x25519 ?? x25519Public(random(32)),
    alias,
  }
  const body = join(IdentityBundleBody.encode(message).finish(), options.after ?? new Uint8Array(0))
  return { body, signature: signed(join(ascii('Solo2 v1 identity bundle\0'), body)) }
}

/** spec/03 section 3: version 1, profile 1, the salt; the rest is the client's secret, and random here. */
export function wrapperWith(salt: Uint8Array): Uint8Array {
  return join(Uint8Array.of(1, 1, 0, 0), salt, random(60))
}

/** Another wrapper for the same account: same head. */
export function rewrapped(wrapper: Uint8Array): Uint8Array {
  return join(wrapper.subarray(0, 20), random(60))
}

export function freshName(role: string): string {
  return `c-${role}-${Buffer.from(random(8)).toString('hex')}`
}

/** Throws `Broken` if an answer lacks what it must have. */
export async function register(subject: ServerSubject, username: string, displayName = 'Conformance'): Promise<Person> {
  const [authKey, authenticator, wrapper] = [random(32), random(32), wrapperWith(random(16))]
  const { session, account } = await call(subject, 'register', {
    username,
    displayName,
    authKey,
    wrappedMasterKey: wrapper,
    recoveryFingerprint: sha256(authenticator),
    versions: [1],
  })
  ensureKept(session !== undefined && account !== undefined, 'Register gave no session or no account')
  const { token } = session
  const person = {
    username,
    authKey,
    wrapper,
    authenticator,
    token,
    account,
    session,
    bundle: undefined,
    deleted: false,
  }
  subject.endings.push(() => remove(subject, person))
  return person
}

/** At the end, whatever became of it: nobody is left behind where that can be helped. */
async function remove(subject: ServerSubject, person: Person): Promise<void> {
  if (person.deleted) return
  try {
    await renew(subject, person)
    await call(subject, 'deleteAccount', { authKey: person.authKey }, person.token)
  } catch {
    // The secrets were changed by a case, or the server is away: the account stays, and the run's verdicts stand.
  }
}

export async function publish(subject: ServerSubject, person: Person): Promise<void> {
  const bundle = bundleFor(person.account.alias)
  await call(subject, 'publishBundle', { bundle }, person.token)
  person.bundle = bundle
}

export async function logIn(subject: ServerSubject, person: Person): Promise<Session & { wrapper: Uint8Array }> {
  const { username, authKey } = person
  const { session, wrappedMasterKey } = await call(subject, 'login', { username, authKey, versions: [1] })
  ensureKept(session !== undefined, 'Login gave no session')
  return { ...session, wrapper: wrappedMasterKey }
}

/** Another session for somebody whose own is over. */
export async function renew(subject: ServerSubject, person: Person): Promise<void> {
  const { refusal } = await attempt(subject, 'getAccount', {}, person.token)
  if (refusal?.code === 'unauthenticated') person.token = (await logIn(subject, person)).token
}

/** Who plays this part, registered with published keys at the first time. */
export function person(subject: ServerSubject, role: string): Promise<Person> {
  const known = subject.people.get(role)
  if (known !== undefined) return known
  const made = register(subject, freshName(role), role).then(async (registered) => {
    await publish(subject, registered)
    return registered
  })
  subject.people.set(role, made)
  // A limit that stood in the way may be over for the next case.
  made.catch(() => subject.people.delete(role))
  return made
}
