/** The package as a stranger gets it: what its entries cost, and that they run in plain Node. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUDGETS, type Budget } from './budgets.js'
import { type Outsider, outsider } from './outsider.js'

let project: Outsider

beforeAll(async () => {
  project = await outsider()
})

afterAll(async () => {
  await project?.[Symbol.asyncDispose]()
})

/** Gzip bytes that are loaded at once, and with all that `import()` may bring. */
async function measure(source: Budget['source']): Promise<{ atOnce: number; inAll: number }> {
  const entry = 'file' in source ? join(project.dist, source.file) : join(project.folder, 'page.js')
  if ('code' in source) await writeFile(entry, source.code)
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [entry],
    outdir: join(project.folder, 'out'),
    absWorkingDir: project.folder,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  const sizes = new Map(
    outputFiles.map(({ path, contents: bytes }) => [path, gzipSync(bytes, { level: 9 }).length] as const),
  )
  const sizeOf = (path: string): number => sizes.get(join(project.folder, path)) ?? Number.NaN
  const names = Object.keys(metafile.outputs)
  // The files that the first one imports, directly or not, other than by `import()`.
  const atOnce = new Set<string>()
  const reach = (name: string): void => {
    if (atOnce.has(name)) return
    atOnce.add(name)
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) if (kind === 'import-statement') reach(path)
  }
  const first = names.find((name) => join(project.folder, metafile.outputs[name]?.entryPoint ?? '') === entry)
  expect(first).toBeDefined()
  if (first) reach(first)
  const sum = (list: Iterable<string>) => [...list].reduce((total, name) => total + sizeOf(name), 0)
  return { atOnce: sum(atOnce), inAll: sum(names) }
}

/** Runs a module of the stranger's in plain Node and returns what it printed. */
async function run(code: string): Promise<string> {
  const path = join(project.folder, 'main.mjs')
  await writeFile(path, code)
  const { NODE_OPTIONS: _, ...env } = process.env
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [path], { env, timeout: 30_000 })
  expect(stderr).toBe('')
  return stdout.trim()
}

describe('the published package', () => {
  it.each(BUDGETS)('keeps $name within its bytes', async ({ name, source, atOnce, inAll }) => {
    const measured = await measure(source)
    console.log(`${name}: ${measured.atOnce} bytes gzip at once, ${measured.inAll} in all`)
    expect(measured.atOnce).toBeLessThanOrEqual(atOnce)
    expect(measured.inAll).toBeLessThanOrEqual(inAll)
  })

  it('measures every entry that a page can load', async () => {
    const manifest = await readFile(join(project.dist, '../package.json'), 'utf8')
    const { exports } = JSON.parse(manifest) as { exports: Record<string, unknown> }
    const measured = BUDGETS.flatMap(({ source }) =>
      'code' in source ? [/'@solo2\/sdk(.*?)'/.exec(source.code)?.[1]] : [`/${source.file.replace('.js', '')}`],
    )
    const entries = Object.keys(exports).map((entry) => entry.slice(1))
    expect(entries.filter((entry) => !measured.includes(entry)).sort()).toEqual(['/node', '/testing'])
  })

  it.each(['', '/core', '/shared', '/testing', '/node'])(
    'imports @solo2/sdk%s in plain Node, sets no global and lets the process end',
    async (entry) => {
      const printed = await run(`
        const before = new Set(Reflect.ownKeys(globalThis))
        const module = await import('@solo2/sdk${entry}')
        const added = Reflect.ownKeys(globalThis).filter((name) => !before.has(name))
        console.log(JSON.stringify({ exports: Object.keys(module).length > 0, added }))
      `)
      expect(JSON.parse(printed)).toEqual({ exports: true, added: [] })
    },
  )

  it('has the same facade in both entries', async () => {
    const printed = await run(`
      import { Solo2 as browser } from '@solo2/sdk'
      import { Solo2 as node } from '@solo2/sdk/node'
      console.log(JSON.stringify([browser, node].map((facade) => Object.keys(facade).sort())))
    `)
    const [browser, node] = JSON.parse(printed) as [string[], string[]]
    expect(browser).toEqual(node)
    expect(browser).toContain('register')
  })
})
