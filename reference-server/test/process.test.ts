/** The program as a process of its own: what it prints, how it ends, what it leaves on disk and in its log. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Socket, connect as tcp } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RegisterRequest } from '@solo2/proto/account'
import { afterEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { bytes, servicePath, temporaryFolder, wrapper } from './harness.js'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
})

interface Program {
  readonly child: ChildProcess
  readonly port: number
  readonly stun: number
  readonly line: string
  readonly out: () => string
  readonly stderr: () => string
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string | null>
}

function run(environment: Record<string, string>): {
  child: ChildProcess
  ended: Promise<number | string | null>
  out: () => string
  err: () => string
} {
  const { PATH } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', MAIN], {
    env: { PATH, SOLO2_WEB: '/nowhere', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  )
  return { child, ended, out: () => out, err: () => err }
}

async function start(environment: Record<string, string>): Promise<Program> {
  const program = run({ SOLO2_PORT: '0', ...environment })
  const line = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const [first, rest] = program.out().split('\n')
      if (rest !== undefined) resolve(first as string)
    }
    program.child.stdout?.on('data', look)
    void program.ended.then(() => reject(new Error(`ended: ${program.err()}`)))
  })
  const match = /^Solo2 server ready: http:\/\/localhost:(\d+) \(stun udp (\d+)\)$/.exec(line)
  if (match === null) throw new Error(line)
  return { ...program, port: Number(match[1]), stun: Number(match[2]), line, stderr: program.err }
}

const post = (port: number, method: string, body: Uint8Array) =>
  fetch(`http://127.0.0.1:${port}${servicePath}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto' },
    body: body as Uint8Array<ArrayBuffer>,
  })

const registration = (username: string) =>
  RegisterRequest.encode({
    username,
    displayName: 'Somebody',
    authKey: bytes(32),
    wrappedMasterKey: wrapper(),
    recoveryFingerprint: bytes(32),
    versions: [1],
  }).finish()

/** Whether a server may listen there now. */
function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

describe('operation', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s with open sockets and running calls: code 0 in time, sockets get 1001, port free, answers on disk',
    async (signal) => {
      const data = temporaryFolder()
      const program = await start({ SOLO2_DATA: data, SOLO2_LIMIT_SOCKETS: '1000/60' })
      const sockets = await Promise.all(
        Array.from(
          { length: 200 },
          () =>
            new Promise<{ code: Promise<number> }>((resolve, reject) => {
              const socket = new WebSocket(`ws://127.0.0.1:${program.port}/v1/introduction`)
              const code = new Promise<number>((closed) => socket.on('close', closed))
              socket.on('open', () => resolve({ code }))
              socket.on('error', reject)
            }),
        ),
      )
      const half = await new Promise<Socket>((resolve) => {
        const socket = tcp(program.port, '127.0.0.1', () => {
          socket.write(
            `POST ${servicePath}Login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"user`,
          )
          resolve(socket)
        })
        socket.on('error', () => {})
      })
      expect((await post(program.port, 'Register', registration('before'))).status).toBe(200)
      // In the middle of Argon2 when the signal comes: answered or cut off, but never half.
      const middle = post(program.port, 'Register', registration('middle')).then(
        (response) => response.status,
        () => 0,
      )
      const from = performance.now()
      program.child.kill(signal)
      if (signal === 'SIGTERM') program.child.kill(signal)
      expect(await program.ended).toBe(0)
      expect(performance.now() - from).toBeLessThan(5_000)
      for (const { code } of sockets) expect(await code).toBe(1001)
      expect(await portIsFree(program.port)).toBe(true)
      half.destroy()

      const again = await start({ SOLO2_DATA: data, SOLO2_PORT: String(program.port) })
      expect((await post(again.port, 'Register', registration('before'))).status).toBe(409)
      expect((await post(again.port, 'Register', registration('middle'))).status).toBe(
        (await middle) === 200 ? 409 : 200,
      )
      again.child.kill('SIGTERM')
      expect(await again.ended).toBe(0)
    },
  )

  it('a killed server keeps what it answered', async () => {
    const data = temporaryFolder()
    const program = await start({ SOLO2_DATA: data })
    expect((await post(program.port, 'Register', registration('kept'))).status).toBe(200)
    program.child.kill('SIGKILL')
    expect(await program.ended).toBe('SIGKILL')
    const again = await start({ SOLO2_DATA: data })
    expect((await post(again.port, 'Register', registration('kept'))).status).toBe(409)
  })

  it('[L1] no address, name or token comes into the log or any file', async () => {
    const data = temporaryFolder()
    const log = temporaryFolder()
    const program = await start({
      SOLO2_DATA: data,
      SOLO2_LOG: log,
      SOLO2_LIMIT_LOGIN: '3/3600',
      SOLO2_TRUSTED_PROXIES: '127.0.0.1',
    })
    const marks = ['198.51.100.77', '2001:db8:77::5', 'zed-the-user']
    for (const address of marks.slice(0, 2)) {
      for (let i = 0; i < 5; i++) {
        await fetch(`http://127.0.0.1:${program.port}${servicePath}Login`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-forwarded-for': address,
            authorization: `Bearer ${'A'.repeat(43)}`,
          },
          body: JSON.stringify({
            username: 'zed-the-user',
            authKey: randomBytes(32).toString('base64'),
            versions: [1],
          }),
        })
      }
    }
    program.child.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    const files = [data, log].flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name))))
    const all = Buffer.concat([...files, Buffer.from(program.stderr())])
    // Control: the refusals are there.
    expect(all.includes('rate_limited')).toBe(true)
    for (const mark of [...marks, '127.0.0.1', 'AAAAAAAA']) expect(all.includes(mark)).toBe(false)
    const packed = [Buffer.from([198, 51, 100, 77]), Buffer.from('20010db800770000', 'hex')]
    for (const mark of packed) expect(all.includes(mark)).toBe(false)
  })

  it.each([
    ['', ['started', 'freed_memory_stays', 'stopped']],
    ['glibc.malloc.perturb=165:glibc.malloc.tcache_count=0', ['started', 'stopped']],
  ])('[T2] says once in its log that freed memory stays: not with GLIBC_TUNABLES=%j', async (tunables, events) => {
    const log = temporaryFolder()
    const program = await start({ SOLO2_DATA: temporaryFolder(), SOLO2_LOG: log, GLIBC_TUNABLES: tunables })
    program.child.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    const lines = readdirSync(log).flatMap((name) => readFileSync(join(log, name), 'utf8').trim().split('\n'))
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(events)
  })

  it('says at each start that its test clock is on, where it says what to open and in its log', async () => {
    const data = temporaryFolder()
    for (let n = 0; n < 2; n++) {
      const program = await start({ SOLO2_DATA: data, SOLO2_TEST_CLOCK: 'on' })
      program.child.kill('SIGTERM')
      expect(await program.ended).toBe(0)
      expect(program.out()).toContain('The test clock is on')
      expect(program.stderr()).toContain('"event":"test_clock_on"')
    }
  })

  it('says what is wrong with its configuration and ends with code 1', async () => {
    const program = run({ SOLO2_DATA: temporaryFolder(), SOLO2_PORT: 'eighty' })
    expect(await program.ended).toBe(1)
    expect(program.err()).toBe('Solo2 server cannot start: SOLO2_PORT is not a port\n')
  })

  it('says when its port is taken', async () => {
    const first = await start({ SOLO2_DATA: temporaryFolder() })
    const second = run({ SOLO2_PORT: String(first.port), SOLO2_STUN_PORT: 'off', SOLO2_DATA: temporaryFolder() })
    expect(await second.ended).toBe(1)
    expect(second.err()).toContain(`The TCP port ${first.port} is taken`)
  })
})
