/** A certificate that changes while the server runs: new connections get the new one, open ones go on. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { startTestServer, temporaryFolder } from '../harness.js'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))

/** The end of the certificate's life names it; asked for as a browser does that keeps nothing of before. */
const served = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.on('error', reject)
  })

async function start() {
  const folder = temporaryFolder()
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const put = (cert: string, key: string) => {
    copyFileSync(fixture(cert), files.cert)
    copyFileSync(fixture(key), files.key)
  }
  put('localhost-cert.pem', 'localhost-key.pem')
  const log = temporaryFolder()
  const server = await startTestServer({ SOLO2_TLS_CERT: files.cert, SOLO2_TLS_KEY: files.key, SOLO2_LOG: log })
  const lines = () =>
    readdirSync(log)
      .flatMap((name) => readFileSync(join(log, name), 'utf8').trim().split('\n'))
      .map((line) => JSON.parse(line) as { event: string; reason?: string })
      .filter(({ event }) => event.startsWith('certificate_'))
      .map(({ event, reason }) => (reason === undefined ? event : reason))
  return { server, files, put, lines }
}

const echo = (socket: WebSocket) =>
  new Promise<void>((resolve) => {
    socket.once('pong', () => resolve())
    socket.ping()
  })

describe('a renewed certificate', () => {
  it('is served to new connections, and the sockets of before live on until the server ends', async () => {
    const { server, put, lines } = await start()
    const first = await served(server.port)
    const open = async () => {
      const socket = new WebSocket(`wss://127.0.0.1:${server.port}/v1/introduction`, { rejectUnauthorized: false })
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
      return { socket, ended: new Promise<number>((resolve) => socket.on('close', resolve)) }
    }
    const before = await open()
    put('renewed-cert.pem', 'renewed-key.pem')
    await server.reload()
    expect(await served(server.port)).not.toBe(first)
    const after = await open()
    await echo(before.socket)
    await echo(after.socket)

    put('localhost-cert.pem', 'localhost-key.pem')
    await server.sweep()
    expect(await served(server.port)).toBe(first)
    await echo(before.socket)
    expect(lines()).toEqual(['certificate_taken', 'certificate_taken'])
    await server.close()
    expect(await Promise.all([before.ended, after.ended])).toEqual([1_001, 1_001])
    await expect(served(server.port)).rejects.toThrow()
  })

  it('is refused if it cannot be used: the old one goes on, and the log tells once why', async () => {
    const { server, files, put, lines } = await start()
    const first = await served(server.port)
    const faults: [string, () => void][] = [
      ['the key does not belong to the certificate', () => put('renewed-cert.pem', 'localhost-key.pem')],
      ['the certificate has ended', () => put('ended-cert.pem', 'renewed-key.pem')],
      ['the certificate file holds no certificate', () => writeFileSync(files.cert, 'hello')],
      ['the key file holds no private key', () => put('renewed-cert.pem', 'renewed-cert.pem')],
    ]
    for (const [, fault] of faults) {
      fault()
      await server.reload()
      await server.reload()
      expect(await served(server.port)).toBe(first)
    }
    expect(lines()).toEqual(faults.map(([reason]) => reason))
    put('renewed-cert.pem', 'renewed-key.pem')
    await server.reload()
    expect(await served(server.port)).not.toBe(first)
    expect(lines().at(-1)).toBe('certificate_taken')
  })

  it('changes nothing where nothing changed', async () => {
    const { server, lines } = await start()
    await server.reload()
    await server.sweep()
    expect(lines()).toEqual([])
  })

  it('must be usable at the start', async () => {
    const files = { SOLO2_TLS_CERT: fixture('renewed-cert.pem'), SOLO2_TLS_KEY: fixture('localhost-key.pem') }
    await expect(startTestServer(files)).rejects.toThrow('the key does not belong to the certificate')
  })
})
