/**
 * One file from here to there, and nothing stays: two accounts that live as long as the transfer, met by an invitation.
 *
 *   main.ts receive SERVER FOLDER     prints a link, and waits
 *   main.ts send LINK FILE            the link says which server
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type FileTransfer, fileSource, type Me, Solo2 } from '@solo2/sdk/node'

const [what, ...operands] = process.argv.slice(2)
if (what === 'receive') await receive(operands[0] ?? '', operands[1] ?? '.')
else if (what === 'send') await send(operands[0] ?? '', operands[1] ?? '')
else console.error('receive SERVER FOLDER, or send LINK FILE')
process.exit()

async function receive(server: string, folder: string): Promise<void> {
  await withAccount(server, folder, async (me) => {
    const { link } = await me.invitations.create()
    console.log(link)
    // Whoever has the link: its secret verified both sides to each other.
    me.on('requests', ([request]) => void request?.accept())
    const file = await new Promise<FileTransfer>((done, failed) => {
      me.on('file', (transfer) => {
        const { stage, id, contact } = transfer
        if (stage === 'offered') void me.contact(contact)?.acceptFile(id).catch(failed)
        else if (stage === 'accepted') progress(transfer.bytes, transfer.size)
        else if (stage === 'complete') done(transfer)
        else failed(new Error(`the file was ${stage}`))
      })
    })
    const saved = await me.contact(file.contact)?.saveFile(file.id)
    console.log(`saved ${saved?.path}`)
  })
}

async function send(link: string, path: string): Promise<void> {
  const file = await fileSource(path)
  await withAccount(new URL(link).origin, '.', async (me) => {
    const contact = await me.acceptInvitation(link)
    const tunnel = await contact.connect()
    await tunnel.sendFile(file, {
      onProgress: ({ stage, bytes, size }) => stage !== 'preparing' && progress(bytes, size),
    })
    console.log(`sent ${file.name}`)
  })
}

/** An account that nobody logs in to again: its password is in no place but here, and in the end it is deleted. */
async function withAccount(server: string, downloads: string, job: (me: Me) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'file-drop-'))
  const username = `drop-${randomBytes(6).toString('hex')}`
  const password = randomBytes(24).toString('base64url')
  const account = { server, username, password, displayName: 'File drop' }
  const { me } = await Solo2.register({ ...account, folder, downloads: resolve(downloads) })
  try {
    await job(me)
  } finally {
    await me.deleteAccount({ password }).finally(() => me.lock())
    await rm(folder, { recursive: true, force: true })
  }
}

function progress(bytes: number, size: number): void {
  const percent = size === 0 ? 100 : Math.floor((100 * bytes) / size)
  process.stderr.write(process.stderr.isTTY ? `\r${percent} %` : `${percent} %\n`)
}
