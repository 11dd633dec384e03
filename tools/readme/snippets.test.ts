/**
 * Every program in the guides runs, page by page, as it stands: the blocks of a page are one program, which ends without an
 * error. The README's example has a test of its own, with a real server.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, readRepositoryFile, repositoryFiles } from '../verify/check.js'
import { PROGRAM, RUN, snippetsOf } from '../verify/snippets.js'

const pages = repositoryFiles(/\.md$/)
  .filter((path) => RUN.test(path))
  .map((path) => ({
    path,
    // What is a part of a file runs with that file.
    programs: snippetsOf(readRepositoryFile(path)).filter(
      ({ language, partOf }) => PROGRAM.test(language) && partOf === undefined,
    ),
  }))
  .filter(({ programs }) => programs.length > 0)

async function run(path: string, program: string): Promise<string> {
  // Below the root, so that its imports find the workspace's packages.
  const folder = join(ROOT, 'test-output/snippets')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${path.replaceAll(/[/.]/g, '-')}.ts`)
  await writeFile(file, program)
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', file], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0 ? '' : said || `exit code ${code}`
}

describe('programs of the guides', () => {
  it('there are some', () => {
    expect(pages.length).toBeGreaterThanOrEqual(4)
  })

  it.each(pages)('$path runs', async ({ path, programs }) => {
    expect(await run(path, programs.map(({ text }) => text).join('\n'))).toBe('')
  })
})
