import { createInterface } from 'node:readline'
import { type Contact, Solo2 } from '@solo2/sdk/node'

const [server = '', username = '', code] = process.argv.slice(2)
const password = process.env['PASSWORD'] ?? ''
const { me, words } = await Solo2.register({ server, username, password, displayName: username, folder: 'vault' })
console.log(`Words: ${words.join(' ')}\nCode: ${me.pairingCode}`)

me.on('message', ({ outgoing, body }) => !outgoing && body.kind === 'text' && console.log(`> ${body.text}`))
const asked = new Promise<Contact>((came) => me.on('requests', ([request]) => request && came(request.accept())))
const contact = code === undefined ? await asked : await me.pair(code)
const tunnel = await contact.connect()
console.log(`Connected to ${contact.displayName}`)
tunnel.on('path', ({ kind }) => console.log(`Path: ${kind}`))
for await (const line of createInterface({ input: process.stdin })) await contact.send(line)
await me.lock()
process.exit()
