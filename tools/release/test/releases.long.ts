/** Two dry runs, each from a clean clone in a folder of another name, of another user's habits: the same bytes, all of them. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT } from '../../verify/check.js'

const run = promisify(execFile)
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
const VERSION = '99.0.0-rc.1'

const RUNS = [
  { folder: 'one', umask: '022', TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  { folder: 'in the name of another/solo2', umask: '077', TZ: 'Asia/Tokyo', LC_ALL: 'C' },
] as const

let work: string
let releases: string[]

/** Returns the folder with what is released. `from`: the repository that is cloned. */
async function dryRun({ folder, umask, ...environment }: (typeof RUNS)[number], from: string): Promise<string> {
  const clone = join(work, folder)
  const temporary = join(work, `temporary of ${folder.replaceAll('/', ' ')}`)
  await Promise.all([mkdir(clone, { recursive: true }), mkdir(temporary)])
  await run('git', ['clone', '--quiet', '--no-hardlinks', from, clone])
  const { NODE_OPTIONS: _, ...own } = process.env
  const env = { ...own, ...environment, TMPDIR: temporary, NODE_PATH: '' }
  // Only the program that runs TypeScript comes from here: what is released is installed anew by the release.
  const command = `umask ${umask} && exec "$0" "$@"`
  const release = [TSX, 'tools/release/release.ts', VERSION, '--dry-run', '--to', 'made']
  await run('sh', ['-c', command, process.execPath, ...release], { cwd: clone, env, maxBuffer: 2 ** 28 })
  return join(clone, 'made')
}

/** What differs in two archives, line by line as far as it is short. */
async function differences(name: string): Promise<string> {
  const unpacked = await Promise.all(
    releases.map(async (release, at) => {
      const folder = join(work, `unpacked-${at}-${name}`)
      await mkdir(folder)
      await run('tar', ['-xzf', join(release, name), '-C', folder])
      return folder
    }),
  )
  return run('diff', ['-r', ...unpacked], { maxBuffer: 2 ** 28 }).then(
    () => `${name}: the same files in another archive`,
    ({ stdout }: { stdout: string }) => `${name}:\n${stdout.slice(0, 4_000)}`,
  )
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'solo2-releases-'))
  releases = []
  const [one, other] = RUNS
  releases.push(await dryRun(one, ROOT))
  // Of the same commit, whatever is committed meanwhile.
  releases.push(await dryRun(other, join(work, one.folder)))
}, 40 * 60_000)

afterAll(async () => {
  await rm(work, { recursive: true, force: true })
})

it('both made the same files, byte for byte', async () => {
  const [first = '', second = ''] = releases
  const names = (await readdir(first)).toSorted()
  expect(names).toEqual([
    'SHA256SUMS',
    ...['cli', 'conformance', 'proto', 'reference-server', 'sdk'].map((name) => `solo2-${name}-${VERSION}.tgz`),
    `solo2-vectors-${VERSION}.tar.gz`,
    `solo2-web-${VERSION}.tar.gz`,
  ])
  expect((await readdir(second)).toSorted()).toEqual(names)
  const differing: string[] = []
  for (const name of names.filter((each) => each !== 'SHA256SUMS')) {
    const same = (await readFile(join(first, name))).equals(await readFile(join(second, name)))
    if (!same) differing.push(await differences(name))
  }
  expect(differing).toEqual([])
  const sums = (folder: string): Promise<string> => readFile(join(folder, 'SHA256SUMS'), 'utf8')
  expect(await sums(second)).toBe(await sums(first))
})

it('the sums are those of the files', async () => {
  const [first = ''] = releases
  const { stdout } = await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: first })
  expect(stdout.trim().split('\n')).toHaveLength(7)
})

it('a dry run leaves no commit, no tag and no change', async () => {
  for (const { folder } of RUNS) {
    const git = async (...args: string[]): Promise<string> =>
      (await run('git', args, { cwd: join(work, folder) })).stdout
    expect(await git('tag', '--list', `v${VERSION}`)).toBe('')
    expect(await git('status', '--porcelain')).toBe('?? made/\n')
    expect(await git('rev-parse', 'HEAD')).toBe((await run('git', ['rev-parse', 'HEAD'], { cwd: ROOT })).stdout)
  }
})
