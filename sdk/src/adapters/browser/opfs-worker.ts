/**
 * The worker's end of `files.ts`: one file of the browser's private file system, through a handle that writes at once and
 * keeps memory flat. Requests come one after another.
 */
import { durableBytes } from '../file-rules.js'
import type { FileAnswer, FileRequest } from './files.js'

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<FileRequest>) => void) | null
  postMessage(answer: FileAnswer): void
}

/** Not in TypeScript's DOM library for pages, since only workers have it. */
interface SyncHandle {
  getSize(): number
  truncate(size: number): void
  write(data: Uint8Array, options: { at: number }): number
  flush(): void
  close(): void
}

/** A handle that a page left behind (reload, crash) is let go of a little later. */
const ATTEMPTS = 12
const FIRST_WAIT_MS = 20

let handle: SyncHandle | undefined

scope.onmessage = ({ data }) => {
  perform(data).then(
    (durable) => scope.postMessage({ durable }),
    () => scope.postMessage({ failed: true }),
  )
}

async function perform(request: FileRequest): Promise<number> {
  switch (request.kind) {
    case 'open': {
      const root = await navigator.storage.getDirectory()
      const folder = await root.getDirectoryHandle(request.folder, { create: true })
      handle = await take(await folder.getFileHandle(request.name, { create: true }))
      const durable = durableBytes(handle.getSize(), request.size)
      handle.truncate(durable)
      handle.flush()
      return durable
    }
    case 'write': {
      if (!handle) throw new Error('not open')
      const { data, offset } = request
      for (let at = 0; at < data.length; ) at += handle.write(data.subarray(at), { at: offset + at })
      handle.flush()
      return offset + data.length
    }
    case 'close': {
      handle?.close()
      handle = undefined
      return 0
    }
  }
}

async function take(file: FileSystemFileHandle): Promise<SyncHandle> {
  const source = file as unknown as { createSyncAccessHandle(): Promise<SyncHandle> }
  for (let attempt = 1; ; attempt++) {
    try {
      return await source.createSyncAccessHandle()
    } catch (error) {
      const locked = (error as DOMException).name === 'NoModificationAllowedError'
      if (!locked || attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * attempt))
    }
  }
}

scope.postMessage({ durable: -1 })
