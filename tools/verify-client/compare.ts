/**
 * Whether two servers give the same client: each path is asked of both, as a plain program and as a browser would ask, and
 * whatever could change what the page does must be the same: status, headers, every byte.
 */

/** What the rebuilt client has at `/build.json` (reference-client/build/stamp-build.ts). */
export interface BuildList {
  readonly build: string
  readonly files: Readonly<Record<string, string>>
}

export interface Comparison {
  /** One line each; none: the same. */
  readonly differences: readonly string[]
  /** Paths that were asked for. */
  readonly paths: number
}

/** A server that means to show something else to some would tell them by this. */
const ASKERS: readonly Readonly<Record<string, string>>[] = [
  { 'accept-encoding': 'identity' },
  {
    'accept-encoding': 'gzip, deflate, br, zstd',
    'accept-language': 'en',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'none',
    'user-agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  },
]

/** Of the way here and of caches: none of them changes what the page does. */
const HARMLESS = new Set([
  'accept-ranges',
  'age',
  'alt-svc',
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'etag',
  'keep-alive',
  'last-modified',
  'server',
  'strict-transport-security',
  'transfer-encoding',
  'uwebsockets',
  'vary',
  'via',
])

/** Where other programs put a page, a script or a list: the client has none of them. */
const NOT_THERE = ['/no-such-page', '/main.js', '/app.js', '/index.js', '/service-worker.js', '/assets/', '/index.htm']
const PATH_IN_TEXT = /["'(`]\/?((?:assets\/)?[A-Za-z0-9_.-]+\.(?:js|mjs|css|html|wasm|json|svg|png|webmanifest))["')`]/g

interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** `expected` and `actual` are origins; `list` is what the expected one has. */
export async function compareClients(expected: string, actual: string, list: BuildList): Promise<Comparison> {
  const files = Object.keys(list.files)
  const paths = ['/', ...files.map((file) => `/${file}`), '/build.json', ...NOT_THERE]
  const differences: string[] = []
  const named = new Set<string>()
  for (const path of paths) {
    const found = new Set<string>()
    const answers = ASKERS.map((asker) => Promise.all([ask(expected + path, asker), ask(actual + path, asker)]))
    for (const [right, given] of await Promise.all(answers)) {
      for (const difference of between(right, given)) found.add(difference)
      // What is the same names nothing new.
      if (!right.body.equals(given.body)) for (const name of namesIn(given.body)) named.add(name)
    }
    for (const difference of found) differences.push(`${path}: ${difference}`)
  }
  for (const name of [...named].filter((one) => !paths.includes(one)).sort()) {
    const { status } = await ask(actual + name, ASKERS[0] ?? {})
    if (status === 200) differences.push(`${name}: is no file of the build`)
  }
  return { differences, paths: paths.length }
}

async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const answer = await fetch(url, { headers, redirect: 'manual' })
  return {
    status: answer.status,
    headers: new Map(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}

function* between(right: Answer, given: Answer): Generator<string> {
  if (right.status !== given.status) yield `status ${given.status} instead of ${right.status}`
  for (const name of new Set([...right.headers.keys(), ...given.headers.keys()])) {
    const [wanted, had] = [right.headers.get(name), given.headers.get(name)]
    if (wanted === had || HARMLESS.has(name)) continue
    yield had === undefined
      ? `header ${name} is missing`
      : `header ${name} is "${had}"${wanted === undefined ? '' : ` instead of "${wanted}"`}`
  }
  if (right.body.equals(given.body)) return
  const at = right.body.findIndex((byte, i) => byte !== given.body[i])
  const first = at === -1 ? right.body.length : at
  yield `${given.body.length} bytes instead of ${right.body.length}, the first other one at ${first}`
}

function namesIn(body: Buffer): string[] {
  return [...body.toString().matchAll(PATH_IN_TEXT)].map(([, name]) => `/${name}`)
}
