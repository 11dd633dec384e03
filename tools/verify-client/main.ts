/**
 * `npm run verify-client -- URL [--tag NAME]`: builds the web client of a tag (otherwise of the commit that is checked out) anew, and
 * compares every byte that the server at URL gives for it. Exit code 0: the same; 1: something differs; 2: it could not be found out.
 * `--built FOLDER` takes a checkout that is built already.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compareClients } from './compare.js'
import { commitOf, readBuildList, rebuild, serve, webOf } from './rebuild.js'

const USAGE = 'npm run verify-client -- URL [--tag NAME | --built FOLDER]'

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tag: { type: 'string' }, built: { type: 'string' } },
  })
  const [address, ...others] = positionals
  if (address === undefined || others.length > 0) throw new Error(USAGE)
  const { origin } = new URL(address)
  const folder = mkdtempSync(join(tmpdir(), 'solo2-verify-client-'))
  try {
    let checkout = folder
    if (values.built === undefined) {
      const commit = await commitOf(values.tag ?? 'HEAD')
      console.log(`Building ${values.tag ?? 'the commit that is checked out'}, ${commit}, in ${folder}`)
      await rebuild(commit, folder)
    } else {
      checkout = resolve(values.built)
    }
    return await judge(checkout, origin)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function judge(checkout: string, origin: string): Promise<number> {
  const list = readBuildList(webOf(checkout))
  await using expected = await serve(checkout, origin)
  const { differences, paths } = await compareClients(expected.origin, origin, list)
  console.log(`Build ${list.build}`)
  for (const difference of differences) console.log(`differs  ${difference}`)
  console.log(
    differences.length === 0
      ? `${origin} gives these bytes: ${paths} paths asked for, each as a program and as a browser.`
      : `${origin} gives another client: ${differences.length} differences at ${paths} paths.`,
  )
  return differences.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
