/**
 * The built web client, read once at start: a request can only name what was found then, so that no path leads outside
 * the folder (spec/05 section 12).
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface WebFile {
  readonly type: string
  readonly body: Uint8Array
  /** Smaller than `body`, if it is. */
  readonly gzip: Uint8Array | undefined
  readonly etag: string
  readonly cacheControl: string
}

/** By path, beginning with a slash. */
export type WebFiles = ReadonlyMap<string, WebFile>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/vnd.microsoft.icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}
const COMPRESSED = /^(text|application|image\/svg)/
/** Vite's hashed names: their content never changes. */
const HASHED = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

function describe(path: string, body: Buffer): WebFile {
  const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream'
  const gzip = COMPRESSED.test(type) ? gzipSync(body, { level: 9 }) : undefined
  return {
    type,
    body,
    gzip: gzip !== undefined && gzip.length < body.length ? gzip : undefined,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    cacheControl: HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
}

/** All files below `folder`, links and dot files left out; empty if there is no such folder. `/` is `index.html`. */
export function readWebFiles(folder: string): WebFiles {
  const files = new Map<string, WebFile>()
  const visit = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = `${below}/${entry.name}`
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile()) files.set(path, describe(path, readFileSync(join(folder, path))))
    }
  }
  if (existsSync(folder)) visit('')
  const index = files.get('/index.html')
  if (index !== undefined) files.set('/', index)
  return files
}

export interface WebAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What a request may say about a file. */
export interface WebRequest {
  readonly method: string
  /** As on the request line, without the query. */
  readonly path: string
  readonly ifNoneMatch: string
  readonly acceptEncoding: string
}

/** A sentence for whoever asked. */
export function plain(status: number, text: string, extra: Readonly<Record<string, string>> = {}): WebAnswer {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...extra }
  return { status, headers, body: Buffer.from(`${text}\n`) }
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** The answer to a GET; a HEAD gets the same without the body, which is the socket's concern. */
export function answerWeb(files: WebFiles, request: WebRequest): WebAnswer {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'Only GET and HEAD are served here.', { allow: 'GET, HEAD' })
  }
  const path = decodePath(request.path)
  const file = path === undefined ? undefined : files.get(path)
  if (file === undefined) {
    const unbuilt = path === '/' && files.size === 0
    return plain(404, unbuilt ? 'The server runs; its web client is not built.' : 'Not found.')
  }
  const gzip = file.gzip !== undefined && /(^|,)\s*gzip\s*(,|;\s*q=(1|0\.\d*[1-9])|$)/.test(request.acceptEncoding)
  const etag = gzip ? `${file.etag.slice(0, -1)}-gzip"` : file.etag
  const headers = {
    etag,
    'cache-control': file.cacheControl,
    ...(file.gzip === undefined ? {} : { vary: 'accept-encoding' }),
  }
  const known = request.ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known.includes(etag)) return { status: 304, headers, body: new Uint8Array(0) }
  return {
    status: 200,
    headers: { 'content-type': file.type, ...headers, ...(gzip ? { 'content-encoding': 'gzip' } : {}) },
    body: gzip && file.gzip !== undefined ? file.gzip : file.body,
  }
}
