/** Projects of strangers: folders outside the repository with the packages as a registry would give them. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ROOT } from '../../verify/check.js'
import type { Manifest } from '../manifest.js'
import { packAll } from '../pack.js'

const run = promisify(execFile)
const PROGRAMS = fileURLToPath(new URL('stranger/', import.meta.url))

export interface Made extends AsyncDisposable {
  readonly folder: string
  /** File names, in the order of `PACKAGES`. */
  readonly tarballs: readonly string[]
}

/** The tarballs of what is built; `npm run build` makes that, and `npm test` does so before. */
export async function makeTarballs(): Promise<Made> {
  const work = await mkdtemp(join(tmpdir(), 'solo2-packages-'))
  const folder = join(work, 'tarballs')
  const tarballs = await packAll(ROOT, folder, join(work, 'stage'))
  return { folder, tarballs, [Symbol.asyncDispose]: () => rm(work, { recursive: true, force: true }) }
}

export interface Project extends AsyncDisposable {
  readonly folder: string
  /** Where an installed package lies. */
  installed(name: string): string
  /** Runs a program in the folder, with the project's commands first in the path, and returns what it printed. */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>
}

/** An empty project with the strangers' programs in it. */
async function emptyProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'solo2-stranger-'))
  await writeFile(join(folder, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n')
  await cp(PROGRAMS, folder, { recursive: true })
  return {
    folder,
    installed: (name) => join(folder, 'node_modules', name),
    run: async (program, args, environment = {}) => {
      // What this run is told of its own conditions is not the stranger's.
      const { NODE_OPTIONS: _, ...own } = process.env
      const PATH = `${join(folder, 'node_modules/.bin')}:${own['PATH'] ?? ''}`
      const env = { ...own, PATH, ...environment }
      return (await run(program, [...args], { cwd: folder, env, maxBuffer: 2 ** 26 })).stdout
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Each tarball unpacked, and beside it what it declares, as the repository has it: no registry is asked. */
export async function unpackedProject(made: Made): Promise<Project> {
  const project = await emptyProject()
  const manifests: Manifest[] = []
  for (const tarball of made.tarballs) {
    const unpacked = await mkdtemp(join(project.folder, 'unpacked-'))
    await run('tar', ['-xzf', join(made.folder, tarball), '-C', unpacked])
    const manifest = await manifestIn(join(unpacked, 'package'))
    await mkdir(project.installed('@solo2'), { recursive: true })
    await cp(join(unpacked, 'package'), project.installed(manifest.name), { recursive: true })
    await rm(unpacked, { recursive: true })
    manifests.push(manifest)
  }
  const own = new Set(manifests.map(({ name }) => name))
  for (const name of new Set([
    ...manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies)),
    '@types/node',
  ])) {
    if (own.has(name)) continue
    await mkdir(dirname(project.installed(name)), { recursive: true })
    await symlink(join(ROOT, 'node_modules', name), project.installed(name))
  }
  return project
}

/** As anybody installs: npm takes the tarballs, and from the registry what they need, and `more`. */
export async function installedProject(made: Made, more: readonly string[]): Promise<Project> {
  const project = await emptyProject()
  const tarballs = made.tarballs.map((tarball) => join(made.folder, tarball))
  await project.run('npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...tarballs,
    ...more,
  ])
  return project
}

export async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Paths of all files below. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}
