/**
 * A certificate for a server on a local network, which no authority can vouch for: one that is its own, for this machine's
 * addresses and name only, and can vouch for nobody else. It is kept, so that a device that trusts it need not ask again.
 */
import { webcrypto } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
// What makes certificates wants it to be there first.
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { type Certificate, type CertificateFiles, readCertificate } from '../tls/certificate.js'

const DAY_MS = 86_400_000
/** 398 days is the most that browsers take from an authority, and the strictest limit that any of them has. */
const LIFE_MS = 397 * DAY_MS
const RENEW_MS = 30 * DAY_MS

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

async function make(files: CertificateFiles, names: readonly string[], now: number): Promise<void> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Solo2 on this network',
      // A device whose clock is behind takes it too.
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now + LIFE_MS - DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
        ),
      ],
    },
    webcrypto,
  )
  const secret = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  writeFileSync(files.key, pem('PRIVATE KEY', secret), { mode: 0o600 })
  writeFileSync(files.cert, pem('CERTIFICATE', certificate.rawData), { mode: 0o600 })
}

function isFor({ x509, begins, ends }: Certificate, names: readonly string[], now: number): boolean {
  if (begins > now || ends - now < RENEW_MS) return false
  return names.every((name) => (isIP(name) === 0 ? x509.checkHost(name) : x509.checkIP(name)) !== undefined)
}

function readIfThere(files: CertificateFiles): Certificate | undefined {
  try {
    return existsSync(files.cert) ? readCertificate(files) : undefined
  } catch {
    return undefined
  }
}

/** The one in the data folder if it is still for all `names` (addresses and host names), a new one otherwise. `now`: Unix milliseconds. */
export async function lanCertificate(
  folder: string,
  names: readonly string[],
  now: number,
): Promise<{ files: CertificateFiles; certificate: Certificate }> {
  const files = { cert: join(folder, 'lan-cert.pem'), key: join(folder, 'lan-key.pem') }
  const kept = readIfThere(files)
  if (kept !== undefined && isFor(kept, names, now)) return { files, certificate: kept }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  await make(files, names, now)
  return { files, certificate: readCertificate(files) }
}
