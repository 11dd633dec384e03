/** What the headers of every answer must be, errors included (spec/05 section 12 and rules 05-8, 05-29, 05-94). */
import type { HttpAnswer } from './http.js'

const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'img-src': "'self' blob: data:",
  'worker-src': "'self'",
  'manifest-src': "'self'",
  'font-src': "'self'",
  'media-src': "'self' blob:",
  'frame-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
}

const FIXED: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Of everything else that a page may be given, nothing. */
const LEFT = ['camera', 'microphone', 'geolocation']

function words(text: string): string {
  return text.split(/\s+/).filter(Boolean).sort().join(' ')
}

function* policyFlaws(policy: string, origin: string): Generator<string> {
  const found = new Map<string, string>()
  for (const directive of policy.split(';')) {
    const [name = '', ...sources] = directive.trim().split(/\s+/)
    if (name !== '') found.set(name.toLowerCase(), words(sources.join(' ')))
  }
  const socket = origin.replace(/^http/, 'ws')
  const expected = { ...POLICY, 'connect-src': `'self' ${socket}` }
  for (const [name, sources] of Object.entries(expected)) {
    if (found.get(name) !== words(sources))
      yield `${name} is ${found.get(name) ?? 'missing'} in its Content-Security-Policy`
  }
  for (const name of found.keys()) {
    if (!(name in expected)) yield `its Content-Security-Policy has ${name}`
  }
}

function* permissionFlaws(permissions: string): Generator<string> {
  if (permissions === '') yield 'no Permissions-Policy'
  for (const entry of permissions.split(',')) {
    const [, name = '', allowed = ''] = /^\s*([a-z-]+)=(.*?)\s*$/.exec(entry) ?? []
    const isRight = LEFT.includes(name) ? allowed === '(self)' || allowed === '()' : allowed === '()'
    if (!isRight && permissions !== '') yield `its Permissions-Policy has ${entry.trim()}`
  }
}

/** One sentence for each thing that is not as it must be. */
export function* flawsOf(answer: HttpAnswer, origin: string): Generator<string> {
  const { headers } = answer
  yield* policyFlaws(headers['content-security-policy'] ?? '', origin)
  yield* permissionFlaws(headers['permissions-policy'] ?? '')
  for (const [name, value] of Object.entries(FIXED)) {
    if (headers[name] !== value) yield `${name} is ${headers[name] ?? 'missing'}`
  }
  if ('set-cookie' in headers) yield 'it sets a cookie'
  if (Number.isNaN(Date.parse(headers['date'] ?? ''))) yield 'no Date'
}
