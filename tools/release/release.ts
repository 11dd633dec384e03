/**
 * `npm run release -- VERSION`: one version for all packages, the changes under its name, the tests, a tag, and what is
 * published with its sums. All of it happens in a clone of what is committed, so nothing else goes in, and the repository
 * is touched last, when everything has succeeded.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ROOT } from '../verify/check.js'
import { endOnSignals, runCommand } from '../verify/run-command.js'
import { type ReleaseOptions, readOptions, USAGE } from './options.js'
import { archive, packAll, writeSums } from './pack.js'
import { MANIFESTS, TELLERS } from './packages.js'
import { changesReleased, refusal, toldVersion, withVersion } from './version.js'

/** Runs in the folder and returns what was said; whatever fails ends the release. */
async function done(folder: string, command: readonly string[], echo = false): Promise<string> {
  const { code, output } = await runCommand(command, { folder, echo })
  if (code !== 0) throw new Error(`${command.join(' ')} failed${echo ? '' : `:\n${output}`}`)
  return output.trim()
}

/** SOURCE_DATE_EPOCH, as reproducible builds set it, or today. */
function today(): string {
  const epoch = process.env['SOURCE_DATE_EPOCH']
  return new Date(epoch === undefined ? Date.now() : Number(epoch) * 1000).toISOString().slice(0, 10)
}

async function currentVersion(root: string): Promise<string> {
  return (JSON.parse(await readFile(join(root, 'sdk/package.json'), 'utf8')) as { version: string }).version
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')))
}

/** Refuses before anything was made. */
async function check({ version, to }: ReleaseOptions): Promise<void> {
  const tags = (await done(ROOT, ['git', 'tag', '--list'])).split('\n')
  const refused = refusal(version, await currentVersion(ROOT), tags)
  if (refused !== undefined) throw new Error(refused)
  if ((await done(ROOT, ['git', 'status', '--porcelain'])) !== '') throw new Error('something is not committed')
  if (existsSync(resolve(ROOT, to))) throw new Error(`${to} is there already`)
}

/** The release's commit and tag, in the clone. */
async function writeVersion(clone: string, version: string): Promise<void> {
  const current = await currentVersion(clone)
  for (const path of MANIFESTS) await edit(join(clone, path), (text) => withVersion(text, current, version))
  for (const path of TELLERS) await edit(join(clone, path), (text) => toldVersion(text, current, version))
  await edit(join(clone, 'CHANGELOG.md'), (text) => changesReleased(text, version, today()))
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund']
  await done(clone, ['npm', 'install', '--package-lock-only', ...quiet])
  await done(clone, ['git', 'commit', '--quiet', '--all', '--message', `Release ${version}`])
  await done(clone, ['git', 'tag', '--annotate', `v${version}`, '--message', `Solo2 ${version}`])
  await done(clone, ['npm', 'ci', ...quiet], true)
}

/** Everything that goes to a registry or beside the release, and the sums. */
async function makeFiles(clone: string, version: string, target: string, work: string): Promise<string[]> {
  await done(clone, ['npm', 'run', 'build'], true)
  const tarballs = await packAll(clone, target, join(work, 'packages'))
  await archive(
    join(clone, 'reference-client/dist/web'),
    `solo2-web-${version}`,
    join(target, `solo2-web-${version}.tar.gz`),
  )
  await done(clone, [
    'npm',
    'run',
    '--silent',
    'vectors:archive',
    '--',
    join(target, `solo2-vectors-${version}.tar.gz`),
  ])
  await writeSums(target)
  return tarballs
}

async function release(options: ReleaseOptions): Promise<void> {
  await check(options)
  const { version, dryRun, publish } = options
  const work = await mkdtemp(join(tmpdir(), 'solo2-release-'))
  const clone = join(work, 'solo2')
  const target = resolve(ROOT, options.to)
  try {
    await done(ROOT, ['git', 'clone', '--quiet', '--no-hardlinks', ROOT, clone])
    await writeVersion(clone, version)
    if (!dryRun) await done(clone, ['npm', 'test'], true)
    const made = join(work, 'made')
    const tarballs = await makeFiles(clone, version, made, work)
    await mkdir(join(target, '..'), { recursive: true })
    await done(ROOT, ['cp', '-r', made, target])
    console.log(`\n${await readFile(join(target, 'SHA256SUMS'), 'utf8')}in ${options.to}`)
    if (!dryRun) await done(ROOT, ['git', 'pull', '--quiet', '--ff-only', '--tags', clone, 'HEAD'])
    console.log(dryRun ? 'A dry run: no tests, no commit, no tag.' : `Committed and tagged: v${version}. Push both.`)
    await toRegistry(target, tarballs, version, publish)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** A pre-release is not what `npm install` takes by itself. */
async function toRegistry(
  target: string,
  tarballs: readonly string[],
  version: string,
  publish: boolean,
): Promise<void> {
  const tag = version.includes('-') ? 'next' : 'latest'
  for (const tarball of tarballs) {
    const command = ['npm', 'publish', join(target, tarball), '--provenance', '--access', 'public', '--tag', tag]
    if (publish) await done(ROOT, command, true)
    else console.log(command.join(' '))
  }
}

endOnSignals()
let options: ReleaseOptions
try {
  options = readOptions(process.argv.slice(2))
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`)
  process.exit(2)
}
try {
  await release(options)
} catch (error) {
  console.error(`No release: ${(error as Error).message}`)
  process.exitCode = 1
}
