/** The vectors as something that can be taken alone: files, schemas, how to check each, licence, and a sum of every file. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type ArchivedFile, makeTar } from './tar.js'

const VECTORS = fileURLToPath(new URL('../vectors/', import.meta.url))
const LICENSE = new URL('../../LICENSE', import.meta.url)
/** Everything lies in one folder. */
const FOLDER = 'solo2-vectors'

export function archivedFiles(): ArchivedFile[] {
  const files = readdirSync(VECTORS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(VECTORS, path).split(sep).join('/'), bytes: readFileSync(path) }))
  const all = [...files, { name: 'LICENSE', bytes: readFileSync(LICENSE) }]
  const sums = all
    .map(({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
  return [...all, { name: 'SHA256SUMS', bytes: Buffer.from(sums.join('')) }].map(({ name, bytes }) => ({
    name: `${FOLDER}/${name}`,
    bytes,
  }))
}

/** `tar` is the same everywhere; how it is compressed may differ between versions of zlib. */
export function vectorsArchive(): { readonly tar: Uint8Array; readonly gzip: Uint8Array } {
  const tar = makeTar(archivedFiles())
  const gzip = gzipSync(tar, { level: 9 })
  // The byte that names the system which compressed it (RFC 1952): unknown.
  gzip[9] = 255
  return { tar, gzip: new Uint8Array(gzip) }
}
