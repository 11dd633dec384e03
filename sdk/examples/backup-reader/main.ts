/** Prints the conversations of a backup: no account, no server, no vault. `PASSWORD=... main.ts FILE` */
import { type BackupItem, fileSource, type Message, Solo2, Solo2Error } from '@solo2/sdk/node'

function textOf({ body }: Message): string {
  if (body.kind === 'text') return body.text
  return body.kind === 'file' ? `[file ${body.name}, ${body.size} bytes]` : `[${body.kind}]`
}

/** Other people's text may hold what a terminal obeys: it is shown as what it is. */
function plain(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function line(item: BackupItem, names: Map<string, string>): string {
  switch (item.kind) {
    case 'account':
      return `${plain(item.displayName)} (${item.username} at ${item.server}), ${new Date(item.madeAt).toISOString()}`
    case 'conversation':
      names.set(item.id, item.isOwn ? 'me' : plain(item.displayName))
      return `\n${item.isOwn ? 'Notes' : `With ${plain(item.displayName)}, ${item.alias}`}`
    case 'message': {
      const { contact, outgoing, writtenAt } = item.message
      const who = outgoing ? 'me' : names.get(contact)
      return `${new Date(writtenAt).toISOString()} ${who}: ${plain(textOf(item.message))}`
    }
  }
}

const backup = await fileSource(process.argv[2] ?? '')
try {
  const names = new Map<string, string>()
  for await (const item of Solo2.readBackup({ backup, password: process.env['PASSWORD'] ?? '' })) {
    console.log(line(item, names))
  }
} catch (error) {
  if (!(error instanceof Solo2Error)) throw error
  console.error(`This cannot be read: ${error.code}`)
  process.exitCode = 1
} finally {
  await backup.close()
}
