/** A certificate and its key as files: read, and looked at before anything is served with them. */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Solo2Error } from '@solo2/sdk/shared'

export interface CertificateFiles {
  /** Paths of PEM files. */
  readonly cert: string
  readonly key: string
}

export interface Certificate {
  readonly x509: X509Certificate
  /** Unix milliseconds. */
  readonly begins: number
  readonly ends: number
  /** Of both files: the same as long as neither changes. */
  readonly digest: string
}

function refused(problem: string): Solo2Error {
  return new Solo2Error('invalid_argument', problem)
}

function parsed<T>(problem: string, read: () => T): T {
  try {
    return read()
  } catch {
    throw refused(problem)
  }
}

/** Throws `invalid_argument` with a sentence on what is wrong: a file that cannot be read, is none, or belongs to another key. */
export function readCertificate({ cert, key }: CertificateFiles): Certificate {
  const chain = parsed('the certificate file cannot be read', () => readFileSync(cert))
  const secret = parsed('the key file cannot be read', () => readFileSync(key))
  const x509 = parsed('the certificate file holds no certificate', () => new X509Certificate(chain))
  const privateKey = parsed<KeyObject>('the key file holds no private key', () => createPrivateKey(secret))
  if (!x509.checkPrivateKey(privateKey)) throw refused('the key does not belong to the certificate')
  return {
    x509,
    begins: Date.parse(x509.validFrom),
    ends: Date.parse(x509.validTo),
    digest: createHash('sha256').update(chain).update('\0').update(secret).digest('hex'),
  }
}
