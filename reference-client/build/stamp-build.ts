/**
 * Gives a built web client its name: one hash over all its files. The page says it, the service worker keeps the build under
 * it, and `build.json` lists the files, so that anybody can compare what a server gives with what the sources make.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

const PAGE = 'index.html'
const WORKER = 'sw.js'
const LIST = 'build.json'
const WORKER_LINE = /^self\.SOLO2_BUILD=.*\n/
const PAGE_PLACE = /(<meta name="build" content=")[0-9a-f]{64}(")/
/** What stands in the place of the hash while it is computed: no file can hold its own. */
const UNNAMED = '0'.repeat(64)

/** `build.json`. */
export interface BuildList {
  /** SHA-256, in hexadecimal, over `sums` of the files while zeros stand where page and worker name the build. */
  readonly build: string
  /** SHA-256 of each file as it is served, by its path below the root. */
  readonly files: Readonly<Record<string, string>>
}

/** Names a folder with a built client, in place of the name that it has. Returns the hash. */
export function stampBuild(folder: string): string {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== LIST)
    .sort()
  const filesNamed = (build: string): Map<string, Buffer> =>
    new Map(paths.map((path) => [path, named(path, readFileSync(join(folder, path)), build, paths)]))
  const build = sha256(sums(filesNamed(UNNAMED)))
  const files = filesNamed(build)
  for (const path of [PAGE, WORKER]) writeFileSync(join(folder, path), files.get(path) ?? '')
  const list: BuildList = { build, files: Object.fromEntries([...files].map(([path, body]) => [path, sha256(body)])) }
  writeFileSync(join(folder, LIST), `${JSON.stringify(list, undefined, 1)}\n`)
  return build
}

/** A line a file, as `sha256sum` writes them. */
function sums(files: ReadonlyMap<string, Uint8Array>): string {
  return [...files].map(([path, body]) => `${sha256(body)}  ${path}\n`).join('')
}

function named(path: string, body: Buffer, build: string, paths: readonly string[]): Buffer {
  if (path === PAGE) {
    const page = body.toString()
    if (!PAGE_PLACE.test(page)) throw new Error(`${PAGE} has no place for the name of its build`)
    return Buffer.from(page.replace(PAGE_PLACE, `$1${build}$2`))
  }
  if (path !== WORKER) return body
  // The worker keeps all but itself; the page is asked for as what it is served at.
  const kept = paths.filter((one) => one !== WORKER).map((one) => (one === PAGE ? '/' : `/${one}`))
  const rest = body.toString().replace(WORKER_LINE, '')
  return Buffer.from(`self.SOLO2_BUILD=${JSON.stringify({ id: build, paths: kept })};\n${rest}`)
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
