/** The web client's files, read with Node's own parser, which refuses two lengths or a length with chunks. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer, temporaryFolder } from './harness.js'

let server: TestServer
beforeAll(async () => {
  const folder = temporaryFolder()
  const web = join(folder, 'web')
  mkdirSync(join(web, 'assets'), { recursive: true })
  writeFileSync(join(web, 'index.html'), `<!doctype html><title>Solo2</title>${'<p>text</p>'.repeat(50)}`)
  writeFileSync(join(web, 'worker.js'), 'postMessage(1)')
  writeFileSync(join(web, 'empty.txt'), '')
  writeFileSync(join(web, 'assets/index-B4dF00d9.js'), `export const x = "${'x'.repeat(2_000)}"`)
  writeFileSync(join(web, 'manifest.webmanifest'), '{}')
  writeFileSync(join(web, '.hidden'), 'secret')
  writeFileSync(join(folder, 'package.json'), 'outside')
  symlinkSync(join(folder, 'package.json'), join(web, 'link.json'))
  server = await startTestServer({ SOLO2_WEB: web })
})

interface Reply {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly raw: readonly string[]
  readonly body: Buffer
}

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port: server.port, method, path, headers, insecureHTTPParser: false },
      (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk))
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            headers: reply.headers,
            raw: reply.rawHeaders,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    call.on('error', reject)
    call.end()
  })
}

const names = (raw: readonly string[]) => raw.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())

describe('[C1] static files', () => {
  const paths = [
    '/',
    '/index.html',
    '/worker.js',
    '/empty.txt',
    '/assets/index-B4dF00d9.js',
    '/manifest.webmanifest',
    '/nothing',
    '/%2e%2e/',
  ]

  it.each(paths)('HEAD of %s equals GET without the body', async (path) => {
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const [get, head] = [await ask('GET', path, headers), await ask('HEAD', path, headers)]
      expect(head.status).toBe(get.status)
      expect(head.body).toHaveLength(0)
      const { date: _a, ...expected } = get.headers
      const { date: _b, ...actual } = head.headers
      expect(actual).toEqual(expected)
      for (const { raw, headers: of } of [get, head]) {
        expect(names(raw).filter((name) => name === 'content-length')).toHaveLength(1)
        expect(of['transfer-encoding']).toBeUndefined()
      }
      expect(Number(get.headers['content-length'])).toBe(get.body.length)
    }
  })

  it.each([
    '/..%2f..%2fpackage.json',
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/../../package.json',
    '/assets%5c..%5c..%5cpackage.json',
    '//',
    '//index.html',
    '/%00',
    '/index.html%00',
    '/%ff',
    '/%',
    '/link.json',
    '/.hidden',
    '/assets',
    '/assets/',
    '/INDEX.html',
    '/__proto__',
    '/constructor',
  ])('%s is not found, with the same security headers', async (path) => {
    const reply = await ask('GET', path)
    expect(reply.status).toBe(404)
    expect(reply.body.toString()).toBe('Not found.\n')
    const index = await ask('GET', '/')
    for (const name of [
      'content-security-policy',
      'x-content-type-options',
      'referrer-policy',
      'cross-origin-opener-policy',
    ]) {
      expect(reply.headers[name]).toBe(index.headers[name])
    }
  })

  it('forbids every other origin', async () => {
    const { headers } = await ask('GET', '/', { host: `localhost:${server.port}` })
    expect(headers['content-security-policy']).toBe(
      [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        `connect-src 'self' ws://localhost:${server.port}`,
        "worker-src 'self'",
        "manifest-src 'self'",
        "font-src 'self'",
        "media-src 'self' blob:",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ].join('; '),
    )
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('repeats no odd Host header', async () => {
    for (const host of ["evil.example; script-src 'unsafe-inline'", 'a,b', 'x y']) {
      const { headers } = await ask('GET', '/', { host })
      expect(headers['content-security-policy']).toContain("connect-src 'self'; worker-src")
    }
  })

  it('caches hashed assets for ever and checks the others each time', async () => {
    expect((await ask('GET', '/assets/index-B4dF00d9.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    )
    for (const path of ['/', '/worker.js']) {
      const first = await ask('GET', path)
      expect(first.headers['cache-control']).toBe('no-cache')
      const again = await ask('GET', path, { 'if-none-match': String(first.headers['etag']) })
      expect({ status: again.status, length: again.body.length }).toEqual({ status: 304, length: 0 })
      expect(again.headers['etag']).toBe(first.headers['etag'])
      expect((await ask('GET', path, { 'if-none-match': '"other"' })).status).toBe(200)
    }
  })

  it('gives gzip to who takes it, whole files to all, a Range among them', async () => {
    const path = '/assets/index-B4dF00d9.js'
    const plain = await ask('GET', path)
    const packed = await ask('GET', path, { 'accept-encoding': 'br, gzip' })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed.body)).toEqual(plain.body)
    expect(packed.headers['vary']).toBe('accept-encoding')
    expect((await ask('GET', path, { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding']).toBeUndefined()
    const range = await ask('GET', path, { range: 'bytes=0-9' })
    expect({ status: range.status, body: range.body }).toEqual({ status: 200, body: plain.body })
  })

  it('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const reply = await ask(method, '/')
      expect({ status: reply.status, allow: reply.headers['allow'] }).toEqual({ status: 405, allow: 'GET, HEAD' })
    }
  })

  it('says that the web client is not built where it is not', async () => {
    const bare = await startTestServer()
    const reply = await fetch(`${bare.origin}/`)
    expect(reply.status).toBe(404)
    expect(await reply.text()).toContain('not built')
  })
})
