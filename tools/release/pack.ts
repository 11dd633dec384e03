/**
 * From built workspaces to what is published: a folder for each package, its tarball, and the sums of all. The same bytes
 * whoever makes them: npm sorts the names and sets one time, modes are set here, and nothing else of a file goes in.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Manifest, publishedManifest } from './manifest.js'
import { PACKAGES, type PublishedPackage } from './packages.js'

const run = promisify(execFile)

/** `root`: a repository that is built. Returns the names of the tarballs in `target`, in the order of `PACKAGES`. */
export async function packAll(root: string, target: string, work: string): Promise<string[]> {
  await mkdir(target, { recursive: true })
  const names = await Promise.all(PACKAGES.map((published) => pack(root, published, target, work)))
  return names
}

async function pack(root: string, published: PublishedPackage, target: string, work: string): Promise<string> {
  const folder = join(work, published.folder)
  await stage(root, published, folder)
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', target], {
    cwd: folder,
  })
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>)
  if (packed === undefined) throw new Error(`npm pack says nothing of ${published.folder}`)
  return packed.filename
}

/** The package in a folder, as it will be in the tarball. */
async function stage(root: string, { folder, brings = {} }: PublishedPackage, target: string): Promise<void> {
  const own = join(root, folder)
  const manifest = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as Manifest
  const copies = [
    ...['README.md', ...manifest.files].map((name) => [join(own, name), name] as const),
    ...Object.entries(brings).map(([name, from]) => [join(root, from), name] as const),
    [join(root, 'LICENSE'), 'LICENSE'] as const,
  ]
  await mkdir(target, { recursive: true })
  for (const [from, name] of copies) await cp(from, join(target, name), { recursive: true })
  await writeFile(join(target, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
  await setModes(target)
}

/** npm keeps a part of the modes, which are as the umask of who cloned; what is executable it knows from `bin`. */
async function setModes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
}

/** All files below a folder as one archive that follows from names and contents alone; `name` is the folder in it. */
export async function archive(folder: string, name: string, path: string): Promise<void> {
  const same = [
    '--sort=name',
    '--format=ustar',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u=rwX,go=rX',
  ]
  const { stdout } = await run(
    'sh',
    ['-c', `tar -C "$1" ${same.join(' ')} --transform="s,^\\.,$2," -cf - . | gzip -9n`, 'sh', folder, name],
    { encoding: 'buffer', maxBuffer: 2 ** 28 },
  )
  await writeFile(path, stdout)
}

/** In the form that `sha256sum --check` reads. */
export async function writeSums(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== 'SHA256SUMS').toSorted()
  const lines = await Promise.all(
    names.map(
      async (name) =>
        `${createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex')}  ${name}\n`,
    ),
  )
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''))
}
