/** One person of the file bench: a process of its own on the Node SDK. Calls come over the parent's IPC channel, one after the other. */
import { join } from 'node:path'
import { fileSource, type Me, Solo2 } from '@solo2/sdk/node'

export interface FilePerson {
  /** The pairing code. */
  register(server: string, username: string, folder: string): Promise<string>
  /** Resolves when both are connected. */
  pair(code: string): Promise<void>
  accept(): Promise<void>
  /** Resolves when the other side has all of the file, durable. */
  send(path: string): Promise<void>
}

let me: Me | undefined

function user(): Me {
  if (me === undefined) throw new Error('not registered yet')
  return me
}

const calls: FilePerson = {
  async register(server, username, folder) {
    const credentials = { server, username, displayName: username, password: 'blue kettle 42' }
    const registered = await Solo2.register({ ...credentials, folder, downloads: join(folder, 'downloads') })
    me = registered.me
    me.on('file', ({ id, outgoing, stage }) => {
      if (!outgoing && stage === 'offered') void user().contacts[0]?.acceptFile(id)
    })
    return me.pairingCode
  },
  async pair(code) {
    const contact = await user().pair(code)
    await contact.connect()
  },
  async accept() {
    const request = await new Promise<Me['requests'][number]>((resolve) => {
      const look = () => {
        const [first] = user().requests
        if (first !== undefined) resolve(first)
      }
      user().on('requests', look)
      look()
    })
    const contact = await request.accept()
    await contact.connect()
  },
  async send(path) {
    const tunnel = await user().contacts[0]?.connect()
    await tunnel?.sendFile(await fileSource(path))
  },
}

process.on('message', ({ call, args }: { call: keyof FilePerson; args: never[] }) => {
  const run = calls[call] as (...args: never[]) => Promise<unknown>
  run(...args).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})

process.on('disconnect', () => process.exit())
