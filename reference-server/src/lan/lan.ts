/** `solo2-server --lan`: on this machine's address in the local network, with a certificate of its own. */
import { hostname, networkInterfaces } from 'node:os'
import { resolve } from 'node:path'
import { Solo2Error } from '@solo2/sdk/shared'
import { renderUnicodeCompact } from 'uqr'
import { isPublicAddress } from '../rules/public-address.js'
import { lanCertificate } from './certificate.js'

type Environment = Readonly<Record<string, string | undefined>>

/** What is known of the machine, so that tests can bring theirs. */
export interface Machine {
  readonly addresses: readonly string[]
  readonly name: string
}

/** Homes mostly have 192.168; 172 is mostly a bridge to containers. */
const ORDER = [/^192\.168\./, /^10\./, /^100\./, /^172\./]
/** An address that a machine gives itself where nobody gives it one. */
const LINK_LOCAL = /^169\.254\./
const ALL = ['0.0.0.0', '::']
/** White on black, whatever the terminal's colours are: a QR that is inverted is not read by every camera. */
const COLOURS = ['\u001b[97;40m', '\u001b[0m'] as const

function rank(address: string): number {
  const found = ORDER.findIndex((pattern) => pattern.test(address))
  return found === -1 ? ORDER.length : found
}

/** This machine's IPv4 addresses in local networks, the likeliest first. */
export function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
    .filter((address) => !isPublicAddress(address) && !LINK_LOCAL.test(address))
    .sort((a, b) => rank(a) - rank(b))
  return { addresses, name: hostname() }
}

/** What multicast DNS calls this machine, where something on it answers that. */
function localName(name: string): string | undefined {
  const label = name.split('.')[0]?.toLowerCase() ?? ''
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label) ? `${label}.local` : undefined
}

function qr(url: string, colours: boolean): string {
  const [begin, end] = colours ? COLOURS : ['', '']
  const lines = renderUnicodeCompact(url, { border: 2 }).split('\n')
  return lines.map((line) => `${begin}${line}${end}`).join('\n')
}

export interface Lan {
  readonly environment: Environment
  /** What to say once it listens on `port`. */
  told(port: number, colours: boolean): string
}

/** SOLO2_HOST chooses another address, or all of them. `now`: Unix milliseconds. */
export async function onLan(environment: Environment, machine: Machine, now: number): Promise<Lan> {
  if (environment['SOLO2_TLS_CERT'] !== undefined || environment['SOLO2_TLS_KEY'] !== undefined) {
    const problem = '--lan makes a certificate of its own: unset SOLO2_TLS_CERT and SOLO2_TLS_KEY, or leave out --lan'
    throw new Solo2Error('invalid_argument', problem)
  }
  const host = environment['SOLO2_HOST'] ?? machine.addresses[0]
  const open = host !== undefined && !ALL.includes(host) ? [host] : machine.addresses
  const [first] = open
  if (host === undefined || first === undefined) {
    throw new Solo2Error('unavailable', 'this machine has no address in a local network; SOLO2_HOST names another')
  }
  const local = localName(machine.name)
  const names = [...new Set([...open, ...machine.addresses, 'localhost', ...(local === undefined ? [] : [local])])]
  const folder = resolve(environment['SOLO2_DATA'] ?? './.solo2')
  const { files, certificate } = await lanCertificate(folder, names, now)
  return {
    environment: { ...environment, SOLO2_HOST: host, SOLO2_TLS_CERT: files.cert, SOLO2_TLS_KEY: files.key },
    told(port, colours) {
      const urls = open.map((address) => `https://${address.includes(':') ? `[${address}]` : address}:${port}/`)
      const byName = local === undefined ? [] : [`https://${local}:${port}/ (where names of the local network work)`]
      return `
${qr(urls[0] as string, colours)}

Open on a phone in the same network:
${[...urls, ...byName].map((url) => `  ${url}\n`).join('')}
The browser warns on each device: nobody vouches for a server in a local network. Its words are like "Your connection is
not private". Go on only if the certificate that it shows has this SHA-256 fingerprint; otherwise somebody is in between:

  ${certificate.x509.fingerprint256}

Notifications, installing the app, and opening it without the server work only where the device trusts the certificate. Some
browsers, Safari among them, may show the page and still refuse its connection to the server until then.
`
    },
  }
}
