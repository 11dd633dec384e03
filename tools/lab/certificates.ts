/**
 * A certificate authority that lives as long as its folder, and profiles that trust it as a person's machine trusts one:
 * no client is told to overlook errors. Needs openssl and certutil.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './namespaces.js'

export interface Authority {
  /** PEM files. */
  readonly root: string
  readonly cert: string
  readonly key: string
}

/** One certificate for all these names. */
export function makeAuthority(folder: string, names: readonly string[]): Authority {
  mkdirSync(folder, { recursive: true })
  const file = (name: string): string => join(folder, name)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30']
  const ca = ['-subj', '/CN=Solo2 laboratory', '-addext', 'keyUsage=critical,keyCertSign']
  run('openssl', ['req', '-x509', ...newKey, '-keyout', file('ca-key.pem'), '-out', file('ca.pem'), ...ca])
  const subject = ['-subj', `/CN=${names[0]}`]
  run('openssl', ['req', ...newKey.slice(0, -2), '-keyout', file('key.pem'), '-out', file('request.pem'), ...subject])
  const extensions = [
    `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
    'basicConstraints=critical,CA:FALSE',
    'extendedKeyUsage=serverAuth',
  ]
  writeFileSync(file('extensions'), `${extensions.join('\n')}\n`)
  const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial', '-days', '30']
  const paths = ['-in', file('request.pem'), '-out', file('cert.pem'), '-extfile', file('extensions')]
  run('openssl', ['x509', '-req', ...signer, ...paths])
  return { root: file('ca.pem'), cert: file('cert.pem'), key: file('key.pem') }
}

/** Makes the NSS database in that folder trust it: Chromium's is `.pki/nssdb` at home, Firefox's is its profile. */
export function trust(database: string, root: string): void {
  mkdirSync(database, { recursive: true })
  run('certutil', ['-N', '-d', `sql:${database}`, '--empty-password'])
  run('certutil', ['-A', '-d', `sql:${database}`, '-n', 'Solo2 laboratory', '-t', 'C,,', '-i', root])
}
