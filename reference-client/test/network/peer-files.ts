/** The files of one person of the network tests: what goes out, and what came in, read back out of the vault and hashed. */
import type { Contact, FileSource, FileTransfer, Me } from '@solo2/sdk'

export interface FileCalls {
  /** Offers the file at that path of the machine; resolves when it is hashed and the offer stored. */
  offerFile(path: string): Promise<void>
  /** Resolves when the newest file of that size has so many bytes on the receiver's disk; rejects if it failed. */
  moved(size: number, bytes: number): Promise<void>
  movedBytes(size: number): Promise<number>
  /** Resolves when it is complete; with SHA-256 of what the vault holds, in hex, for an incoming one. */
  complete(size: number): Promise<string | undefined>
}

/** What the two platforms do each in their own way. */
export interface FileRim {
  source(path: string): Promise<FileSource>
  sha256(): { update(bytes: Uint8Array): unknown; hex(): string }
}

const PIECE = 1_048_576

async function hashOf(source: FileSource, rim: FileRim): Promise<string> {
  const hash = rim.sha256()
  try {
    for (let at = 0; at < source.size; at += PIECE) {
      hash.update(await source.read(at, Math.min(PIECE, source.size - at)))
    }
  } finally {
    await source.close()
  }
  return hash.hex()
}

export function createFiles(user: () => Me, contact: () => Contact, rim: FileRim): FileCalls {
  const newest = (size: number): FileTransfer | undefined =>
    contact().transfers.findLast((transfer) => transfer.size === size)

  function reached(size: number, isThere: (transfer: FileTransfer) => boolean): Promise<FileTransfer> {
    return new Promise((resolve, reject) => {
      const stop = user().on('file', () => queueMicrotask(look))
      function look(): void {
        const transfer = newest(size)
        if (transfer === undefined) return
        const isOver = transfer.stage === 'failed' || transfer.stage === 'cancelled' || transfer.stage === 'refused'
        if (!isOver && !isThere(transfer)) return
        stop()
        if (isOver) reject(new Error(`the file ${transfer.stage}`))
        else resolve(transfer)
      }
      look()
    })
  }

  return {
    async offerFile(path) {
      await contact().offerFile(await rim.source(path))
    },
    async moved(size, bytes) {
      await reached(size, (transfer) => transfer.bytes >= bytes)
    },
    movedBytes: async (size) => newest(size)?.bytes ?? 0,
    async complete(size) {
      const { id, outgoing } = await reached(size, ({ stage }) => stage === 'complete')
      return outgoing ? undefined : hashOf(await contact().openFile(id), rim)
    },
  }
}
