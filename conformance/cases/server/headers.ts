/** Security headers of every answer (05-29), and what the page may name. */
import { ensureKept, Untestable } from '../../src/case.js'
import { send } from './calls.js'
import { person } from './people.js'
import { ask, type ServerCase } from './subject.js'

const page: ServerCase = {
  id: 'server/web/page',
  title: 'the page and what it loads name no other origin',
  promises: ['C1', 'T11'],
  rules: ['05-29'],
  explain:
    'The page of the origin and each script and sheet that it names are fetched, and their src, href, action and url() are looked at. One that leads elsewhere would tell another host who uses Solo2, and could change what runs.',
  async run(subject, seen) {
    const index = await ask(subject, { method: 'GET', path: '/' })
    if (index.status === 404) throw new Untestable('this server serves no web client')
    ensureKept(index.status === 200, `GET / is ${index.status}`)
    const html = index.body.toString('utf8')
    const named = [...html.matchAll(/\b(?:src|href|action|data)\s*=\s*["']?([^"'\s>]+)/gi)].map(([, url]) => url ?? '')
    ensureKept(!/<script(?![^>]*\bsrc=)[^>]*>\s*\S/i.test(html), 'a script within the page')
    for (const url of named) {
      const to = new URL(url, `${subject.origin}/`)
      ensureKept(to.origin === subject.origin || to.protocol === 'data:', `the page names ${url}`)
      if (to.protocol === 'data:') continue
      const file = await ask(subject, { method: 'GET', path: to.pathname })
      ensureKept(file.status === 200, `${to.pathname}, which the page names, is ${file.status}`)
      if (!/css/.test(file.headers['content-type'] ?? '')) continue
      for (const [, inside] of file.body.toString('utf8').matchAll(/(?:url\(|@import\s+)["']?([^"')\s]+)/g)) {
        ensureKept(!/^(https?:)?\/\//.test(inside ?? ''), `${to.pathname} names ${inside}`)
      }
    }
    seen.note(`the page names ${named.join(' ')}`)
  },
}

const doors: ServerCase = {
  id: 'server/web/doors',
  title: 'paths of the web client: GET and HEAD only, what was not found at the start is not there',
  promises: ['C1'],
  rules: ['05-29', '05-93'],
  explain:
    'Unknown paths, paths that climb out of the folder, other methods and a shared form are asked for. They must be 404 or 405 with the headers of every answer, and nothing of them may be kept or cached.',
  async run(subject, seen) {
    for (const path of [
      '/nothing-here',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/.git/config',
      '/%00',
      '/%ff',
    ]) {
      const { status } = await ask(subject, { method: 'GET', path })
      ensureKept(status === 404, `GET ${path} is ${status}`)
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      for (const path of ['/', '/share']) {
        const { status, headers } = await ask(subject, { method, path, body: 'title=words' })
        ensureKept(status === 405, `${method} ${path} is ${status}`)
        ensureKept(headers['allow'] === 'GET, HEAD', `${method} ${path} allows ${headers['allow']}`)
      }
    }
    const [got, head] = [
      await ask(subject, { method: 'GET', path: '/' }),
      await ask(subject, { method: 'HEAD', path: '/' }),
    ]
    const stable = ({ date: _, ...headers }: Readonly<Record<string, string>>) =>
      JSON.stringify(Object.entries(headers).sort())
    ensureKept(
      head.status === got.status && head.body.length === 0,
      `HEAD / is ${head.status} with ${head.body.length} bytes`,
    )
    ensureKept(stable(head.headers) === stable(got.headers), 'HEAD / has other headers than GET /')
    seen.note(`GET / is ${got.status} with ${got.body.length} bytes`)
  },
}

const policy: ServerCase = {
  id: 'server/headers/policy',
  title: 'the security headers stand on an answer and on an error of each door',
  promises: ['C1'],
  rules: ['05-29', '05-94', '05-8'],
  explain:
    'The page, a missing file, a call that holds, three that are refused and the socket without an upgrade: each must forbid every other origin, referrers, sniffing, devices but camera, microphone and place, set no cookie, and carry Date.',
  async run(subject, seen) {
    const { token } = await person(subject, 'ann')
    const before = subject.flaws.size
    for (const path of ['/', '/nothing-here', '/v1/introduction']) await ask(subject, { method: 'GET', path })
    for (const path of ['/solo2.account.v1.AccountService/None', '/solo2.account.v1.AccountService/Login']) {
      await ask(subject, { path, headers: { 'content-type': 'application/json' }, body: '{' })
      await ask(subject, { method: 'GET', path })
    }
    await send(subject, 'getAccount', {}, token)
    await send(subject, 'getAccount', {})
    seen.note(`${subject.answers} answers so far, ${subject.flaws.size} flaws, ${before} of them before this case`)
    ensureKept(subject.flaws.size === 0, [...subject.flaws].join('; '))
  },
}

/** Stands last, so that it has the answers of all the others. */
export const everyAnswer: ServerCase = {
  id: 'server/headers/every-answer',
  title: 'the security headers stood on every answer of this run',
  promises: ['C1'],
  rules: ['05-29', '05-94'],
  explain:
    'Each answer that any case before this one had, hostile input included, was looked at for the same headers. Alone it has seen nothing.',
  async run(subject, seen) {
    if (subject.answers === 0) throw new Untestable('no other case ran before it')
    seen.note(`${subject.answers} answers`)
    ensureKept(subject.flaws.size === 0, [...subject.flaws].join('; '))
  },
}

export const headerCases: readonly ServerCase[] = [page, doors, policy]
