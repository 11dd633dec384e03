/**
 * The container files carried out, instruction by instruction, in a fresh Debian, and then run as compose.yaml has them run: nobody
 * in particular, without capabilities, over a root that nobody can write.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contextOf, executeContainerFile, type Image, megabytesOf } from '../../../tools/deploy/image.js'
import { commandInside, makeDebian } from '../../../tools/deploy/root.js'
import { addHost, inside, removeHost } from '../../../tools/lab/namespaces.js'
import { temporaryFolder } from '../harness.js'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))
const DEPLOY = join(REPOSITORY, 'reference-server/deploy')
const PORT = 8470
const BUILD_MS = 20 * 60_000

test('what a container engine gets holds every source, and nothing that is made or secret', () => {
  const context = temporaryFolder()
  contextOf(REPOSITORY, context)
  const has = (path: string) => existsSync(join(context, path))
  for (const path of ['package-lock.json', 'sdk/src/node.ts', 'reference-client/web/start.ts'])
    expect(has(path), path).toBe(true)
  for (const path of ['.git', 'node_modules', 'sdk/dist', 'spec', 'tools']) expect(has(path), path).toBe(false)
  const ours = execFileSync('git', ['ls-files', 'reference-server/src'], { cwd: REPOSITORY, encoding: 'utf8' }).trim()
  for (const path of ours.split('\n')) if (existsSync(join(REPOSITORY, path))) expect(has(path), path).toBe(true)
})

// It installs and builds everything twice.
if (process.env['TEST_LONG'] === '1') {
  describe('the images', () => {
    let folder: string
    let debian: string
    let work: string
    const running: ChildProcess[] = []
    const hosts: string[] = []

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'solo2-image-'))
      debian = join(folder, 'debian')
      work = join(folder, 'work')
      makeDebian(debian)
      contextOf(REPOSITORY, join(work, 'context'))
    }, BUILD_MS)

    afterAll(async () => {
      for (const child of running) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
      for (const host of hosts) removeHost(host)
      rmSync(folder, { recursive: true, force: true })
    })

    function made(name: string): Image {
      const said = (instruction: string) => console.log(`${name}: ${instruction}`)
      const image = executeContainerFile(join(DEPLOY, name), { context: join(work, 'context'), debian, work }, said)
      console.log(`${name}: ${megabytesOf(image.root, debian)} MB above its base`)
      return image
    }

    /** In a network of its own, its volumes empty ones of the image's owner. */
    function start(image: Image, environment: Readonly<Record<string, string>>, writable: readonly string[]) {
      const host = addHost('image')
      hosts.push(host)
      const [uid = 0, gid = 0] = image.user.split(':').map(Number)
      const mounts = writable.map((to, n) => {
        const from = join(folder, `volume-${hosts.length}-${n}`)
        mkdirSync(from, { mode: 0o700 })
        chownSync(from, uid, gid)
        return { from, to }
      })
      const where = { ...image, environment: { ...image.environment, ...environment } }
      const command = (args: readonly string[]) =>
        inside(host, ...commandInside(where, { isReadOnly: true, mounts }, args))
      const [program = '', ...args] = command(image.command)
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      running.push(child)
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece))
      return { host, child, command, mounts, said: () => said }
    }

    function run(command: readonly string[]): string {
      const [program = '', ...args] = command
      return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    }

    /** The process of that name there, as the kernel tells of it. */
    function processOf(host: string, name: string): { pid: number; status: string; cmdline: string } {
      const about = (pid: string, file: string) => readFileSync(`/proc/${pid}/${file}`, 'latin1')
      const pids = run(['ip', 'netns', 'pids', host]).trim().split('\n')
      // Node names its main thread otherwise.
      const pid = pids.find((one) => about(one, 'cmdline').startsWith(`${name}\0`))
      if (pid === undefined) throw new Error(`no ${name} runs`)
      return { pid: Number(pid), status: about(pid, 'status'), cmdline: about(pid, 'cmdline') }
    }

    test('the server answers, as nobody, and can write nowhere but in its volumes', { timeout: BUILD_MS }, async () => {
      const image = made('Containerfile')
      expect(
        readdirSync(join(image.root, 'opt/solo2/node_modules/uWebSockets.js')).filter((name) => name.endsWith('.node')),
      ).toHaveLength(1)
      const { host, child, command, mounts, said } = start(image, {}, image.volumes)
      while (!said().includes('Solo2 server ready'))
        await Promise.race([once(child.stdout ?? child, 'data'), exited(child, said)])

      expect(run(command(image.healthCheck))).toBe('')
      expect(() => run(command(['env', 'SOLO2_PORT=8471', ...image.healthCheck]))).toThrow('ECONNREFUSED')
      const page = run(inside(host, 'curl', '-fsS', '--noproxy', '*', `http://127.0.0.1:${PORT}/`))
      expect(page).toContain('<script type="module"')

      const { pid, status } = processOf(host, 'node')
      expect(status).toMatch(/^Uid:\t8470\t8470\t8470\t8470$/m)
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
      for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb']) expect(status).toMatch(new RegExp(`^Cap${set}:\t0+$`, 'm'))
      expect(() => run(command(['touch', '/opt/solo2/mark']))).toThrow('Read-only file system')
      expect(() => run(command(['touch', '/tmp/mark']))).toThrow('Read-only file system')
      expect(readdirSync(mounts[0]?.from ?? '')).toEqual(expect.arrayContaining(['server-secret', 'solo2.db']))

      process.kill(pid, 'SIGTERM')
      expect(await once(child, 'exit')).toEqual([0, null])
    })

    test('the mirror answers, as nobody, with a secret that no command line shows', { timeout: BUILD_MS }, async () => {
      const image = made('coturn.Containerfile')
      const secret = 'a secret of this test alone'
      const { host, child, said } = start(image, { SOLO2_TURN_SECRET: secret, MIRROR_ADDRESS: '127.0.0.1' }, [
        '/run/turnserver',
      ])
      const script = join(folder, 'ask.mjs')
      writeFileSync(script, ASK)
      expect(
        await Promise.race([
          once(spawn(...programOf(inside(host, process.execPath, script))), 'exit'),
          exited(child, said),
        ]),
      ).toEqual([0, null])
      const { cmdline, status } = processOf(host, 'turnserver')
      expect(cmdline).not.toContain(secret)
      expect(status).toMatch(/^Uid:\t8471\t8471\t8471\t8471$/m)
      expect(status).toMatch(/^CapEff:\t0+$/m)
    })
  })
}

/** Asks by STUN until an answer comes. */
const ASK = `import { createSocket } from 'node:dgram'
const socket = createSocket('udp4')
const request = Buffer.from('000100002112a442000102030405060708090a0b', 'hex')
setInterval(() => socket.send(request, 3478, '127.0.0.1'), 100)
socket.on('message', () => process.exit(0))
`

function programOf(command: readonly string[]): [string, string[]] {
  const [program = '', ...args] = command
  return [program, args]
}

/** Rejects when it ends. */
async function exited(child: ChildProcess, said: () => string): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`ended with ${code}:\n${said()}`)
}
