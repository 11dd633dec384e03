/** What a registry would get: each package whole, clean in what it declares, and at work in a project outside the repository. */
import { readFile, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, readRepositoryFile } from '../../verify/check.js'
import { PACKAGES } from '../packages.js'
import { filesBelow, type Made, makeTarballs, manifestIn, type Project, unpackedProject } from './project.js'

let made: Made
let project: Project

beforeAll(async () => {
  made = await makeTarballs()
  project = await unpackedProject(made)
})

afterAll(async () => {
  await project?.[Symbol.asyncDispose]()
  await made?.[Symbol.asyncDispose]()
})

const names = PACKAGES.map(({ folder }) => [
  (JSON.parse(readRepositoryFile(`${folder}/package.json`)) as { name: string }).name,
  folder,
])

describe.each(names)('%s', (name = '', folder = '') => {
  const tarball = async (): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await readFile(join(made.folder, made.tarballs[names.findIndex(([one]) => one === name)] ?? '')))

  it('tells what a registry shows', async () => {
    const manifest = await manifestIn(project.installed(name))
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: '>=20.19' },
      repository: { type: 'git', directory: folder },
      publishConfig: { access: 'public', provenance: true },
    })
    expect(manifest['description']).toMatch(/^\S.{20,}[^.]$/)
    expect((manifest['keywords'] as string[]).length).toBeGreaterThan(3)
    expect(manifest['homepage']).toContain(`/${folder}#readme`)
    for (const field of ['scripts', 'devDependencies', 'private']) expect(manifest).not.toHaveProperty(field)
    for (const target of Object.values(manifest.exports))
      if (typeof target !== 'string') expect(Object.keys(target)).toEqual(['types', 'default'])
    expect(Object.values(manifest.dependencies ?? {}).join()).not.toMatch(/[*]|file:|workspace:|git/)
  })

  it('holds what runs, its license and how to use it, and nothing of this repository or machine', async () => {
    const root = project.installed(name)
    const files = await filesBelow(root)
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    expect(
      files.filter((path) => /\.map$|\.test\.|(^|\/)(test|src|node_modules)\/|tsconfig|tsup|\.env/.test(path)),
    ).toEqual([])
    for (const path of files.filter((one) => /\.(js|ts|json|html|css|md)$/.test(one))) {
      const text = await readFile(join(root, path), 'utf8')
      expect(text.includes(ROOT), path).toBe(false)
      expect(/sourceMappingURL=/.test(text), path).toBe(false)
    }
  })

  it('declares every package that its code imports, and no other', async () => {
    const root = project.installed(name)
    const manifest = await manifestIn(root)
    const used = new Set<string>()
    for (const path of (await filesBelow(root)).filter((one) => /^dist\/(?!web-client\/).*\.(js|d\.ts)$/.test(one))) {
      const text = await readFile(join(root, path), 'utf8')
      for (const [, specifier = ''] of text.matchAll(
        /(?:^|[;}\s])(?:from|import|require)\s*\(?\s*["']([^"'\s.][^"'\s]*)["']/g,
      )) {
        const used1 = specifier.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1')
        if (!specifier.startsWith('node:') && !builtinModules.includes(used1) && used1 !== name) used.add(used1)
      }
    }
    expect([...used].toSorted()).toEqual(Object.keys(manifest.dependencies ?? {}).toSorted())
  })

  it('is clean to publint', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: (await tarball()).buffer }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([])
  })

  it('has types that are right for modules, in Node and in bundlers', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(await tarball()))
    // It is modules only: how `require` finds the types of what it cannot load was never asked.
    const asked = ['node16-esm', 'bundler']
    const problems = analysis.types === false ? [] : analysis.problems
    expect(
      problems.filter((problem) => !('resolutionKind' in problem) || asked.includes(problem.resolutionKind)),
    ).toEqual([])
  })
})

it('two people talk in plain Node', async () => {
  expect(await project.run(process.execPath, ['node.mjs'])).toBe(`${process.versions.node} telescopes\n`)
})

it('`require` loads them as well', async () => {
  expect(await project.run(process.execPath, ['--no-warnings', 'require.cjs'])).toBe('malformed 34\n')
})

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const COMPILER = ['--noEmit', '--strict', '--target', 'es2022', '--skipLibCheck', 'false', '--pretty', 'false']
const NODENEXT = ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--types', 'node', '--lib', 'es2023']

it('the compiler finds every type of a page, by a bundler and with nothing but the types of a browser', async () => {
  const bundler = [
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--typeRoots',
    'none',
    '--lib',
    'es2023,dom,dom.iterable',
  ]
  await project.run(process.execPath, [TSC, ...COMPILER, ...bundler, 'use-browser.ts'])
})

describe('what the pages of the packages show', () => {
  /** The examples are modules without a type in them, so Node runs them as they stand. */
  const examples = PACKAGES.flatMap(({ folder }) =>
    [...readRepositoryFile(`${folder}/README.md`).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
      ([, code = ''], at) => [`${folder.replaceAll('/', '-')}-${at}`, code] as const,
    ),
  )

  it('has types, as each entry has them in Node', async () => {
    expect(examples.map(([name]) => name)).toEqual(['proto-0', 'sdk-0', 'sdk-1', 'reference-server-0'])
    const files = examples.map(([name]) => `example-${name}.ts`)
    for (const [name, code] of examples) await writeFile(join(project.folder, `example-${name}.ts`), code)
    await project.run(process.execPath, [TSC, ...COMPILER, ...NODENEXT, 'use.ts', ...files])
  })

  it.each(examples.filter(([, code]) => !code.includes('.pair(')))('%s runs to its end', async (name, code) => {
    await writeFile(join(project.folder, `${name}.mjs`), code)
    expect(await project.run(process.execPath, [`${name}.mjs`])).toMatch(
      /^(32|[A-Z0-9]{10}|Open http:\/\/localhost:\d+)\n$/,
    )
  })
})

it('the commands that a package brings answer', async () => {
  const bin = async (name: string, command: string): Promise<string> => {
    const bins = (await manifestIn(project.installed(name)))['bin'] as Record<string, string>
    return join(project.installed(name), bins[command] ?? '')
  }
  const list = await project.run(process.execPath, [
    await bin('@solo2/conformance', 'solo2-conformance'),
    'list',
    'vectors/frame',
  ])
  expect(list).toContain('vectors/frame/')
  expect(await project.run(process.execPath, [await bin('@solo2/cli', 'solo2'), 'help'])).toContain('solo2 COMMAND')
  // npx runs the command that is named as the package.
  expect(await bin('@solo2/reference-server', 'reference-server')).toBe(
    await bin('@solo2/reference-server', 'solo2-server'),
  )
})
