/**
 * The worker's end of `opfs-client.ts`: one file of the browser's private file system, through a handle that writes at once and
 * keeps memory flat. Requests come one after another.
 */
import type { FileAnswer, FileRequest } from './opfs-client.js'

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<FileRequest>) => void) | null
  postMessage(answer: FileAnswer, transferred?: readonly ArrayBuffer[]): void
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
    (durable) => {
      if (data.kind !== 'write') return scope.postMessage({ durable })
      const spare = data.data.buffer as ArrayBuffer
      scope.postMessage({ durable, spare }, [spare])
    },
    (error: unknown) =>
      scope.postMessage({ failed: (error as DOMException).name === 'QuotaExceededError' ? 'full' : 'refused' }),
  )
}

async function perform(request: FileRequest): Promise<number> {
  switch (request.kind) {
    case 'open': {
      let folder = await navigator.storage.getDirectory()
      for (const name of request.folders) folder = await folder.getDirectoryHandle(name, { create: true })
      handle = await take(await folder.getFileHandle(request.file, { create: true }))
      if (handle.getSize() < request.keep) throw new Error('shorter than it was')
      handle.truncate(request.keep)
      handle.flush()
      return request.keep
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
