/** When the certificate's files change, the new one is taken if it can be used; otherwise the old one goes on. */
import { Solo2Error } from '@solo2/sdk/shared'
import type { Log } from '../log/log.js'
import { type Certificate, type CertificateFiles, readCertificate } from './certificate.js'

export interface Renewal {
  /** Unix milliseconds at which the certificate that is served ends. */
  ends(): number
  /** Looks at the files. */
  look(): Promise<void>
}

export interface RenewalOptions {
  readonly files: CertificateFiles
  /** What is served now. */
  readonly served: Certificate
  readonly log: Log
  /** Unix milliseconds. */
  now(): number
  /** Goes over to what the files hold; rejects, and goes on as before, if that cannot be. */
  take(): Promise<void>
}

export function createRenewal({ files, served, log, now, take }: RenewalOptions): Renewal {
  let current = served
  /** So that one bad file is told once, not each minute. */
  let told: string | undefined
  const refuse = (error: unknown) => {
    const problem = error instanceof Solo2Error ? error.message : 'the files cannot be used'
    if (problem !== told) log('certificate_refused', { reason: problem })
    told = problem
  }
  return {
    ends: () => current.ends,
    async look() {
      try {
        const found = readCertificate(files)
        if (found.digest === current.digest) return
        if (found.ends <= now()) throw new Solo2Error('invalid_argument', 'the certificate has ended')
        if (found.begins > now()) throw new Solo2Error('invalid_argument', 'the certificate is not valid yet')
        await take()
        current = found
        told = undefined
        log('certificate_taken')
      } catch (error) {
        refuse(error)
      }
    },
  }
}
