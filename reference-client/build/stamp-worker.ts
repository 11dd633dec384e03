/** Tells the built service worker what belongs to its build, so that it can keep all of it or nothing. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

const WORKER = 'sw.js'
const LINE = /^self\.SOLO2_BUILD=.*\n/

/** Writes the line into `sw.js` of a folder with a built client, in place of one that is there. Returns the build's ID. */
export function stampWorker(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== WORKER)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
  const worker = readFileSync(join(folder, WORKER), 'utf8').replace(LINE, '')
  const hash = createHash('sha256').update(worker)
  for (const file of files) hash.update(`\n${file}\n`).update(readFileSync(join(folder, file)))
  const id = hash.digest('hex').slice(0, 16)
  // The page itself is asked for as what it is served at.
  const paths = files.map((file) => (file === 'index.html' ? '/' : `/${file}`))
  writeFileSync(join(folder, WORKER), `self.SOLO2_BUILD=${JSON.stringify({ id, paths })};\n${worker}`)
  return id
}
