/** Files of a conversation on a terminal: each has a number, by which it is accepted, refused or stopped. */
import { type Contact, type FileTransfer, fileSource, type Me } from '@solo2/sdk/node'
import { fileText, sayFile } from '../describe.js'
import type { Output } from '../output.js'
import { bar } from '../progress-bar.js'
import { usageError } from '../usage.js'

export interface ChatFiles {
  offer(path: string): Promise<void>
  accept(number: string | undefined): Promise<void>
  refuse(number: string | undefined): Promise<void>
  list(): string[]
  /** A bar for what moves now; empty if nothing does. */
  moving(): string
  onFile(transfer: FileTransfer): void
}

export interface ChatFilesOptions {
  readonly me: Me
  readonly contact: Contact
  readonly output: Output
  tell(text: string): void
  failed(error: unknown): void
}

export function chatFiles({ contact, output, tell, failed }: ChatFilesOptions): ChatFiles {
  /** The number of a file is its place in here, from 1. */
  const known: string[] = []
  const told = new Map<string, FileTransfer['stage']>()
  const now = (id: string | undefined) => contact.transfers.find((transfer) => transfer.id === id)

  function numberOf(id: string): number {
    const at = known.indexOf(id)
    return at >= 0 ? at + 1 : known.push(id)
  }

  /** The file of that number, or, without one, the only one that is offered. */
  function offered(number: string | undefined): FileTransfer {
    const open = contact.transfers.filter(({ outgoing, stage }) => !outgoing && stage === 'offered')
    const meant = number === undefined ? open : open.filter(({ id }) => id === known[Number(number) - 1])
    const [transfer, ...others] = meant
    if (transfer === undefined) throw usageError('no such file is offered: /files tells')
    if (others.length > 0) throw usageError('several files are offered: give the number, /files tells')
    return transfer
  }

  async function save(transfer: FileTransfer): Promise<void> {
    const { path } = await contact.saveFile(transfer.id)
    await contact.deleteFile(transfer.id)
    say(transfer, path)
  }

  function say(transfer: FileTransfer, path?: string): void {
    if (output.json) sayFile(output, transfer, contact, path)
    else tell(`${numberOf(transfer.id)}: ${fileText(transfer, path)}`)
  }

  return {
    async offer(path) {
      await contact.offerFile(await fileSource(path))
    },
    async accept(number) {
      await contact.acceptFile(offered(number).id)
    },
    async refuse(number) {
      await contact.refuseFile(offered(number).id)
    },
    list: () => contact.transfers.map((transfer) => `${numberOf(transfer.id)}: ${fileText(transfer)}`),
    moving() {
      const moving = known.map(now).filter((transfer) => transfer?.stage === 'accepted')
      return moving
        .flatMap((transfer) => (transfer ? [bar(transfer.name, transfer.bytes, transfer.size, 10)] : []))
        .join('  ')
    },
    onFile(transfer) {
      const { id, stage, outgoing } = transfer
      numberOf(id)
      if (told.get(id) === stage) return
      told.set(id, stage)
      if (stage === 'complete' && !outgoing) {
        if (transfer.stored) save(transfer).catch(failed)
        return
      }
      say(transfer)
    },
  }
}
