/**
 * A project of somebody who installed the package: a folder outside the repository, in it the package as it is
 * published, built now, and of other packages those that it declares.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const TSUP = join(ROOT, 'node_modules/tsup/dist/cli-default.js')

export interface Outsider extends AsyncDisposable {
  readonly folder: string
  /** The package's built files. */
  readonly dist: string
}

export async function outsider(): Promise<Outsider> {
  const folder = await mkdtemp(join(tmpdir(), 'solo2-outsider-'))
  await Promise.all([install(folder, 'proto'), install(folder, 'sdk')])
  return {
    folder,
    dist: join(folder, 'node_modules/@solo2/sdk/dist'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Builds a workspace into the folder's `node_modules`, and links what it declares beside it. */
async function install(folder: string, workspace: string): Promise<void> {
  const target = join(folder, 'node_modules/@solo2', workspace)
  await mkdir(target, { recursive: true })
  const manifest = join(ROOT, workspace, 'package.json')
  await cp(manifest, join(target, 'package.json'))
  const build = [TSUP, '--no-dts', '--silent', '--out-dir', join(target, 'dist')]
  await promisify(execFile)(process.execPath, build, { cwd: join(ROOT, workspace) })
  const { dependencies } = JSON.parse(await readFile(manifest, 'utf8')) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) {
    if (name.startsWith('@solo2/')) continue
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(ROOT, 'node_modules', name), link)
  }
}
