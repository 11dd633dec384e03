/**
 * Each package installed by npm from its tarball, in each environment that it is for: Node 20, 22 and 24, pages by three bundlers, a Web
 * Worker, the compiler. A long test, since it asks a registry; packages.test.ts shows the same for one Node.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT } from '../../verify/check.js'
import { filesBelow, installedProject, type Made, makeTarballs, manifestIn, type Project } from './project.js'

const NODES = ['20', '22', '24'] as const
const BUNDLERS = ['vite', 'webpack', 'webpack-cli', 'esbuild']
const MINUTES = 60_000

/** The socket's binaries for Node 22 and 24 want the C library of Debian 13. On an older one the server of this run's Node is asked. */
function canServe(version: string): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  const [, minor = 0] = (header.glibcVersionRuntime ?? '').split('.').map(Number)
  return version === '20' || minor >= 38
}

interface Environments extends AsyncDisposable {
  readonly project: Project
  /** The program of that version. */
  node(version: string): string
}

interface RunningServer extends AsyncDisposable {
  readonly url: string
}

async function environments(made: Made): Promise<Environments> {
  const project = await installedProject(made, [...BUNDLERS, 'typescript@5.9', '@types/node@20'])
  // What the package `node` installs; each has the same name of a program, so each gets a folder.
  const binary = `node-${process.platform}-${process.arch}`
  for (const version of NODES) {
    const folder = join(project.folder, `node-${version}`)
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
    await project.run('npm', [
      'install',
      '--prefix',
      folder,
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      `${binary}@${version}`,
    ])
  }
  return {
    project,
    node: (version) => join(project.folder, `node-${version}`, 'node_modules', binary, 'bin/node'),
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  }
}

/** The installed server under that Node. `web`: what it serves instead of its own client. */
async function startServer({ project }: Environments, node: string, web?: string): Promise<RunningServer> {
  const data = join(project.folder, `data-${crypto.randomUUID()}`)
  const settings = {
    SOLO2_PORT: '0',
    SOLO2_STUN_PORT: '0',
    SOLO2_DATA: data,
    SOLO2_LOG: 'off',
    ...(web && { SOLO2_WEB: web }),
  }
  const main = join(project.installed('@solo2/reference-server'), 'dist/main.js')
  const child: ChildProcess = spawn(node, [main], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /ready: (http:\/\/\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Loads what the server serves in Chromium, and lets the page talk; the worker too. */
async function inChromium(url: string): Promise<{ talked: unknown; worker: unknown; complaints: string[] }> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  try {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    // A browser asks for it by itself, and a stranger's page has none.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
    await page.goto(url)
    await page.waitForFunction('globalThis.stranger')
    const talked = await page.evaluate('stranger.talk()')
    const worker = await page.evaluate('stranger.inWorker()')
    return { talked, worker, complaints }
  } finally {
    await browser.close()
  }
}

const BUILDS = [
  {
    bundler: 'vite',
    command: 'vite',
    args: ['build', '--outDir', 'built-vite', '--logLevel', 'error'],
    files: {
      // A worker of modules may wait while it is loaded.
      'vite.config.js': `export default { worker: { format: 'es' }, build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } } }\n`,
    },
    folder: 'built-vite',
  },
  {
    bundler: 'webpack',
    command: 'webpack',
    args: ['--config', 'webpack.config.js'],
    files: {
      'webpack.config.js': `export default { mode: 'production', entry: './page.js', performance: false, output: { path: import.meta.dirname + '/built-webpack', filename: 'page.js' } }\n`,
    },
    folder: 'built-webpack',
  },
  {
    bundler: 'esbuild',
    command: 'esbuild',
    // It does not follow \`new Worker(new URL(…))\`: whoever uses it names the workers, as the SDK's README says.
    args: [
      'page.js',
      'worker.js',
      'argon2-worker=@solo2/sdk/argon2-worker',
      'opfs-worker=@solo2/sdk/opfs-worker',
      ...[
        '--bundle',
        '--format=esm',
        '--splitting',
        '--minify',
        '--target=es2022',
        '--outdir=built-esbuild',
        '--log-level=warning',
      ],
    ],
    files: {},
    folder: 'built-esbuild',
  },
] as const

/** All that a page may load, gzipped; the in-memory twins are in the worker. What the SDK alone may cost stands in sdk/test/package. */
const MOST_BYTES = 700_000

let made: Made
let all: Environments

beforeAll(async () => {
  made = await makeTarballs()
  all = await environments(made)
}, 20 * MINUTES)

afterAll(async () => {
  await all?.[Symbol.asyncDispose]()
  await made?.[Symbol.asyncDispose]()
})

it.each(NODES)(
  'Node %s: two people talk; the server serves its client; accounts, cases and vectors go over the commands',
  async (version) => {
    const { project } = all
    const node = all.node(version)
    expect(await project.run(node, ['node.mjs'])).toMatch(new RegExp(`^${version}\\.[0-9.]+ telescopes\n$`))
    expect(await project.run(node, ['--no-warnings', 'require.cjs'])).toBe('malformed 34\n')

    await using server = await startServer(all, canServe(version) ? node : process.execPath)
    expect(await (await fetch(server.url)).text()).toContain('<title>Solo2')
    const command = async (name: string, args: readonly string[]): Promise<string> => {
      const manifest = await manifestIn(project.installed(name))
      const [bin = ''] = Object.values(manifest['bin'] as Record<string, string>)
      return await project.run(node, [join(project.installed(name), bin), ...args])
    }
    await writeFile(join(project.folder, 'password'), 'blue kettle 42')
    const account = ['--server', server.url, '--user', `ana${version}`, '--password-file', 'password']
    const who = ['--vault', `vault-${version}`, '--json']
    expect(await command('@solo2/cli', ['register', ...account, ...who])).toContain('"event":"registered"')
    const cases = await command('@solo2/conformance', ['server', server.url, '--run', 'server/web/*'])
    expect(cases).toMatch(/: \d+ kept$/m)
    const testee = ['python3', join(ROOT, 'conformance/testees/python/main.py')]
    const vectors = await command('@solo2/conformance', ['vectors', '--run', 'vectors/frame/**', '--', ...testee])
    expect(vectors).toMatch(/: \d+ kept$/m)
  },
  15 * MINUTES,
)

it.each(BUILDS)(
  '$bundler: a page registers two people, they meet by WebRTC and talk; a worker of it runs whole clients',
  async ({ command, args, files, folder }) => {
    const { project } = all
    for (const [name, text] of Object.entries(files)) await writeFile(join(project.folder, name), text)
    await project.run(command, args)
    const built = join(project.folder, folder)
    if (folder !== 'built-vite') await cp(join(project.folder, 'index.html'), join(built, 'index.html'))
    const paths = (await filesBelow(built)).filter((path) => path.endsWith('.js'))
    const sizes = await Promise.all(
      paths.map(async (path) => gzipSync(await readFile(join(built, path)), { level: 9 }).length),
    )
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    console.log(`${command}: ${paths.length} files, ${bytes} bytes gzip`)
    await using server = await startServer(all, process.execPath, built)
    const { talked, worker, complaints } = await inChromium(server.url)
    expect(complaints).toEqual([])
    expect(talked).toEqual({ text: 'telescopes', path: 'direct' })
    expect(worker).toBe('telescopes')
    expect(bytes).toBeLessThan(MOST_BYTES)
  },
  15 * MINUTES,
)

it.each([
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
])(
  'TypeScript, %s: every type is found, of what npm installed too',
  async (resolution, module) => {
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--skipLibCheck',
      'false',
      '--moduleResolution',
      resolution,
    ]
    await all.project.run('tsc', [...options, '--module', module, '--types', 'node', '--lib', 'es2023', 'use.ts'])
  },
  15 * MINUTES,
)
