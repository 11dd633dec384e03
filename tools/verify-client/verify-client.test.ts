/** What `npm run verify-client` finds: real servers on loopback, one over the build and one over a changed copy of it. */
import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../verify/check.js'
import { runCommand } from '../verify/run-command.js'
import { compareClients } from './compare.js'
import { commitOf, readBuildList, rebuild, type Served, serve, webOf } from './rebuild.js'

const isLong = process.env['TEST_LONG'] === '1'
const WEB = webOf(ROOT)

let folder: string
let copy: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'solo2-verify-client-test-'))
  copy = join(folder, 'web')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What differs at a server over a copy of the build that was changed so. */
async function differencesAfter(change: () => void): Promise<readonly string[]> {
  rmSync(copy, { recursive: true, force: true })
  cpSync(WEB, copy, { recursive: true })
  change()
  await using actual = await serve(ROOT, undefined, copy)
  return await differencesAt(actual.origin)
}

async function differencesAt(origin: string): Promise<readonly string[]> {
  await using expected: Served = await serve(ROOT, origin)
  return (await compareClients(expected.origin, origin, readBuildList(WEB))).differences
}

const asset = (name: RegExp): string =>
  join('assets', readdirSync(join(WEB, 'assets')).find((one) => name.test(one)) ?? '')

/** Another byte of the same length, in the middle. */
function flip(path: string): void {
  const bytes = readFileSync(join(copy, path))
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(join(copy, path), bytes)
}

describe('the client that a server gives', () => {
  it('is found out by one byte of a script, the page, the worker or a style; by a file that is missing or was added', async () => {
    const changed = [asset(/^main-.*js$/), asset(/^argon2-worker.*js$/), asset(/css$/), 'sw.js']
    const gone = asset(/^recorder-.*js$/)
    const found = await differencesAfter(() => {
      changed.forEach(flip)
      rmSync(join(copy, gone))
      writeFileSync(join(copy, 'assets', 'extra.js'), 'fetch("/")')
      const page = readFileSync(join(copy, 'index.html'), 'utf8')
      writeFileSync(
        join(copy, 'index.html'),
        page.replace('</head>', '<script src="/assets/extra.js"></script></head>'),
      )
      writeFileSync(join(copy, 'more.js'), '1')
      writeFileSync(join(copy, 'app.js'), '1')
      appendFileSync(join(copy, 'build.json'), '"more.js"')
    })
    const otherBytes = found.filter((line) => /bytes instead of \d+, the first other one at \d+$/.test(line))
    const paths = [...changed, gone, 'index.html', 'build.json', 'app.js', ''].map((path) => `/${path}`)
    expect(otherBytes.map((line) => line.split(':')[0]).sort()).toEqual(paths.sort())
    expect(found).toContain(`/${gone}: status 404 instead of 200`)
    expect(found).toContain('/app.js: status 200 instead of 404')
    // Named by the page, and by the list alone.
    expect(found).toContain('/assets/extra.js: is no file of the build')
    expect(found).toContain('/more.js: is no file of the build')
  })

  it('is found out by a header that was changed, added or taken away on the way', async () => {
    await using behind = await serve(ROOT)
    const proxy = createServer(async (request, response) => {
      const answer = await fetch(behind.origin + request.url)
      const headers = Object.fromEntries(answer.headers)
      delete headers['content-encoding']
      delete headers['content-length']
      delete headers['transfer-encoding']
      const policy = headers['content-security-policy'] ?? ''
      headers['content-security-policy'] = policy.replace(/ ws:\S+;/, ' ws://other.example;')
      headers['link'] = '</x.js>; rel=preload; as=script'
      delete headers['x-content-type-options']
      response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()))
    })
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
    const { port } = proxy.address() as AddressInfo
    const found = await differencesAt(`http://127.0.0.1:${port}`)
    await new Promise((closed) => proxy.close(closed))
    const of = (path: string) => found.filter((line) => line.startsWith(`${path}: `)).join('\n')
    for (const path of ['/', '/sw.js', '/no-such-page']) {
      expect(of(path)).toContain('header content-security-policy is "')
      expect(of(path)).toContain('header link is "</x.js>')
      expect(of(path)).toContain('header x-content-type-options is missing')
    }
  })

  it('is judged by an exit code', async () => {
    await using same = await serve(ROOT)
    const run = async (...args: string[]) =>
      runCommand([process.execPath, '--import', 'tsx', 'tools/verify-client/main.ts', ...args])
    const right = await run(same.origin, '--built', '.')
    expect([right.code, right.output]).toEqual([0, expect.stringContaining('gives these bytes')])
    rmSync(copy, { recursive: true, force: true })
    cpSync(WEB, copy, { recursive: true })
    flip('icon.svg')
    await using other = await serve(ROOT, undefined, copy)
    const wrong = await run(`${other.origin}/`, '--built', '.')
    expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('differs  /icon.svg')])
    expect((await run(other.origin, '--tag', 'no-such-tag')).code).toBe(2)
  })
})

describe('the build', () => {
  it('is listed whole, each file with its sum, and named by all of them', () => {
    const { build, files } = readBuildList(WEB)
    const there = readdirSync(WEB, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(WEB.length + 1))
    expect(there.sort()).toEqual([...Object.keys(files), 'build.json'].sort())
    const sum = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
    for (const [path, hash] of Object.entries(files))
      expect([path, sum(readFileSync(join(WEB, path)))]).toEqual([path, hash])
    // As anybody can: zeros in the place of the name, `sha256sum` of every file, and the sum of that.
    const unnamed = (path: string) =>
      sum(Buffer.from(readFileSync(join(WEB, path)).toString('latin1').replaceAll(build, '0'.repeat(64)), 'latin1'))
    const sums = Object.keys(files)
      .sort()
      .map((path) => `${unnamed(path)}  ${path}\n`)
    expect(sum(sums.join(''))).toBe(build)
  })

  // Two minutes: two checkouts with packages of their own. TEST_LONG=1 runs it.
  it('of one commit is the same in two folders', { timeout: 20 * 60_000 }, async () => {
    if (!isLong) return
    const commit = await commitOf('HEAD')
    const folders = [join(folder, 'one'), join(folder, 'two', 'much', 'deeper', 'below')]
    for (const each of folders) await rebuild(commit, each)
    const [one, two] = folders.map((each) => readBuildList(webOf(each)))
    expect(two).toEqual(one)
  })
})
