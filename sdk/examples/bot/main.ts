/**
 * A bot that answers each message once, also what came while it was not there: `main.ts SERVER USER [ALIAS ...]`.
 * The password comes from the environment, the vault lies in ./vault.
 */
import { type Contact, type Me, type Message, type PairingRequest, Solo2, Solo2Error } from '@solo2/sdk/node'

const [server = '', username = '', ...allowed] = process.argv.slice(2)
const password = process.env['PASSWORD'] ?? ''
const folder = 'vault'
/** A rule of its own: these aliases, or, if none is named, so many people. */
const CONTACTS = 100

function mayTalk(me: Me, { alias }: PairingRequest): boolean {
  return allowed.length > 0 ? allowed.includes(alias) : me.contacts.length < CONTACTS
}

function answerTo(text: string): string {
  return text === '/time' ? new Date().toISOString() : `You wrote ${[...text].length} characters.`
}

async function open(): Promise<Me> {
  const account = { server, username, password, folder }
  const vaults = await Solo2.vaults({ folder })
  if (vaults.some((vault) => vault.username === username)) return Solo2.login(account)
  const { me, words } = await Solo2.register({ ...account, displayName: username })
  console.log(`Words: ${words.join(' ')}`)
  return me
}

const me = await open()
/** One after the other, so that nothing is answered twice. */
let work = Promise.resolve()
function queue(job: () => Promise<void>): void {
  work = work.then(job).catch((error: unknown) => console.error(error instanceof Solo2Error ? error.code : error))
}

async function answerRequests(): Promise<void> {
  for (const request of me.requests) {
    const isAllowed = mayTalk(me, request)
    await (isAllowed ? request.accept() : request.refuse())
    console.log(`${isAllowed ? 'accepted' : 'refused'} ${request.alias}`)
  }
}

/** What is not marked as read is not answered. The answer goes into the queue first: it survives an end at any moment. */
async function answer(contact: Contact, message: Message, later: readonly Message[]): Promise<void> {
  const isAnswered = later.some(({ outgoing, replyTo }) => outgoing && replyTo === message.id)
  if (message.body.kind === 'text' && !isAnswered) {
    await contact.send(answerTo(message.body.text), { replyTo: message.id })
    console.log(`answered ${contact.displayName}`)
  }
  await contact.markRead(message.id)
}

async function answerUnread(contact: Contact): Promise<void> {
  const from = contact.firstUnread
  if (from === undefined) return
  const [last] = await contact.messages({ limit: 1 })
  const open = await contact.messages({ limit: (last?.position ?? from) - from + 1 })
  for (const message of open) if (!message.outgoing && message.position >= from) await answer(contact, message, open)
}

me.on('requests', () => queue(answerRequests))
me.on('message', ({ contact: id, outgoing }) => {
  const contact = me.contact(id)
  if (contact !== undefined && !outgoing) queue(() => answerUnread(contact))
})
for (const contact of me.contacts) queue(() => answerUnread(contact))
queue(answerRequests)
console.log(`Code: ${me.pairingCode}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void me.lock().then(() => process.exit()))
