/** As tunnel-node, over a transport of one's own: `PASSWORD=... main.ts SERVER RELAY USER [CODE]`; `main.ts relay PORT` is the relay. */
import { createInterface } from 'node:readline'
import { type Contact, createSolo2, nodePlatform } from '@solo2/sdk/node'
import { startRelay } from './relay.js'
import { relayTransport } from './transport.js'

const [server = '', relay = '', username = '', code] = process.argv.slice(2)
if (server === 'relay') console.log(`Relay: ${(await startRelay(Number(relay))).url}`)
else await talk()

async function talk(): Promise<void> {
  const platform = { ...nodePlatform({ folder: 'vault', downloads: '.' }), transport: relayTransport(relay) }
  const password = process.env['PASSWORD'] ?? ''
  const { me, words } = await createSolo2(platform).register({ server, username, password, displayName: username })
  console.log(`Words: ${words.join(' ')}\nCode: ${me.pairingCode}`)
  me.on('message', ({ outgoing, body }) => !outgoing && body.kind === 'text' && console.log(`> ${body.text}`))
  const asked = new Promise<Contact>((came) => me.on('requests', ([request]) => request && came(request.accept())))
  const contact = code === undefined ? await asked : await me.pair(code)
  await contact.connect()
  console.log(`Connected to ${contact.displayName}`)
  for await (const line of createInterface({ input: process.stdin })) await contact.send(line)
  await me.lock()
  process.exit()
}
