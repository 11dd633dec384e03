/** `solo2-server --lan`: what it prints leads to it, and the certificate that it names is the one that it serves. */
import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import decodeQR from 'qr/decode.js'
import { afterEach, describe, expect, it } from 'vitest'
import { lanCertificate } from '../../src/lan/certificate.js'
import { onLan, thisMachine } from '../../src/lan/lan.js'
import { temporaryFolder } from '../harness.js'
import { solo2Server } from '../run-server.js'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const NOW = Date.UTC(2030, 0, 15, 12)
const DAY_MS = 86_400_000
/** A machine without a network shows the same at loopback. */
const [address] = thisMachine().addresses
const host: Record<string, string> = address === undefined ? { SOLO2_HOST: '127.0.0.1' } : {}

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** What it printed, once it said all. */
function start(data: string): Promise<{ out: string; end: () => Promise<unknown> }> {
  const { PATH } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', MAIN, '--lan'], {
    env: { PATH, SOLO2_PORT: '0', SOLO2_LOG: 'off', SOLO2_DATA: data, SOLO2_WEB: '/nowhere', ...host },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise((resolve) => child.on('close', resolve))
  const end = () => {
    child.kill('SIGTERM')
    return closed
  }
  ends.push(end)
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.endsWith('until then.\n')) resolve({ out, end })
    })
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.on('close', () => reject(new Error(err)))
  })
}

/** With the printed certificate as the only one that is trusted, and its names checked. */
function fetched(url: string, ca: Buffer): Promise<{ body: string; fingerprint: string }> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      const fingerprint = (response.socket as TLSSocket).getPeerCertificate().fingerprint256
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('end', () => resolve({ body, fingerprint }))
    }).on('error', reject)
  })
}

/** Two modules in a character, light ones as ink; each as 4 pixels by 4. */
function readQR(text: string): string {
  const lines = text.split('\n').filter((line) => /^[ █▀▄]{20,}$/.test(line))
  const rows = lines.flatMap((line) => [
    [...line].map((character) => '█▀'.includes(character)),
    [...line].map((character) => '█▄'.includes(character)),
  ])
  const [width, height] = [(rows[0]?.length ?? 0) * 4, rows.length * 4]
  const data = new Uint8Array(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rows[y >> 2]?.[x >> 2] !== true) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return decodeQR({ width, height, data })
}

const urlsOf = (out: string) => [...out.matchAll(/^ {2}(https:\S+)/gm)].map(([, url]) => url ?? '')
const fingerprintOf = (out: string) => /^ {2}((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/m.exec(out)?.[1]

describe('solo2-server --lan', () => {
  it('answers over TLS where its lines and its QR lead, with the certificate that it names, also after a restart', async () => {
    const data = temporaryFolder()
    const first = await start(data)
    const [url = ''] = urlsOf(first.out)
    expect(new URL(url).hostname).toBe(address ?? '127.0.0.1')
    expect(readQR(first.out)).toBe(url)
    const cert = readFileSync(join(data, 'lan-cert.pem'))
    const health = await fetched(`${url}health`, cert)
    expect(health).toEqual({ body: 'ok\n', fingerprint: fingerprintOf(first.out) })
    expect(new X509Certificate(cert).ca).toBe(false)
    for (const name of ['lan-cert.pem', 'lan-key.pem']) expect(statSync(join(data, name)).mode & 0o077).toBe(0)
    await first.end()
    const second = await start(data)
    expect(fingerprintOf(second.out)).toBe(health.fingerprint)
  })

  it('refuses what it cannot do, in a sentence', async () => {
    const both = await solo2Server(['--lan'], { SOLO2_TLS_CERT: 'a', SOLO2_TLS_KEY: 'b' })
    expect(both).toMatchObject({ code: 1, out: '' })
    expect(both.err).toContain('--lan makes a certificate of its own')
    const nowhere = onLan({ SOLO2_DATA: temporaryFolder() }, { addresses: [], name: 'box' }, NOW)
    await expect(nowhere).rejects.toThrow('no address in a local network')
  })

  it('listens on one address, on all only when SOLO2_HOST says so, and then names each', async () => {
    const machine = { addresses: ['192.168.1.20', '10.0.0.5'], name: 'Box.example' }
    const SOLO2_DATA = temporaryFolder()
    const one = await onLan({ SOLO2_DATA }, machine, NOW)
    expect(one.environment['SOLO2_HOST']).toBe('192.168.1.20')
    expect(urlsOf(one.told(8_470, false))).toEqual(['https://192.168.1.20:8470/', 'https://box.local:8470/'])
    const all = await onLan({ SOLO2_DATA, SOLO2_HOST: '0.0.0.0' }, machine, NOW)
    expect(all.environment['SOLO2_HOST']).toBe('0.0.0.0')
    expect(urlsOf(all.told(8_470, false))).toEqual([
      'https://192.168.1.20:8470/',
      'https://10.0.0.5:8470/',
      'https://box.local:8470/',
    ])
  })
})

describe('the certificate', () => {
  it('is kept while it is for every name, and made anew for another address, near its end, or if it is damaged', async () => {
    const folder = temporaryFolder()
    const of = async (names: readonly string[], now = NOW) =>
      (await lanCertificate(folder, names, now)).certificate.x509.fingerprint256
    const first = await of(['192.168.1.20', 'box.local'])
    expect(await of(['192.168.1.20'], NOW + 300 * DAY_MS)).toBe(first)
    const moved = await of(['10.0.0.5', 'box.local'])
    expect(moved).not.toBe(first)
    const renewed = await of(['10.0.0.5', 'box.local'], NOW + 370 * DAY_MS)
    expect(renewed).not.toBe(moved)
    // The clock went back, and it is not valid yet.
    const back = await of(['10.0.0.5', 'box.local'], NOW)
    expect(back).not.toBe(renewed)
    writeFileSync(join(folder, 'lan-cert.pem'), 'half')
    expect(await of(['10.0.0.5', 'box.local'], NOW)).not.toBe(back)
  })

  it('is for these names and no others', async () => {
    const { certificate } = await lanCertificate(temporaryFolder(), ['192.168.1.20', 'box.local'], NOW)
    const { x509, begins, ends } = certificate
    expect(x509.checkIP('192.168.1.20')).toBeDefined()
    expect(x509.checkHost('box.local')).toBeDefined()
    expect(x509.checkIP('192.168.1.21')).toBeUndefined()
    expect(x509.checkHost('example.org')).toBeUndefined()
    expect(ends - begins).toBe(397 * DAY_MS)
  })
})
