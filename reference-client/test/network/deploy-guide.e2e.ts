/**
 * The deploy guide, followed word for word: its commands are typed into a fresh Debian with systemd, which stands in the
 * laboratory's network and reaches nothing but registries of packages; then two people behind symmetric NATs talk.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { guideBlocks, withValues } from '../../../tools/deploy/guide.js'
import { bootMachine } from '../../../tools/deploy/machine.js'
import { startRegistries } from '../../../tools/deploy/registries.js'
import { makeDebian, registriesOf } from '../../../tools/deploy/root.js'
import { makeAuthority } from '../../../tools/lab/certificates.js'
import { ip, run } from '../../../tools/lab/namespaces.js'
import { makeWorld, NAMES, SERVER_ADDRESS } from '../../../tools/lab/world.js'
import { ROOT } from '../../../tools/verify/check.js'
import { startPerson } from './person.js'

/** The cable to the registries, beside the network that the people are in. */
const UPLINK = { here: '198.18.0.1', there: '198.18.0.2' } as const
const TEXTS = 20
const MINUTES = 25

const cleanUp: (() => unknown)[] = []
afterAll(async () => {
  for (let last = cleanUp.pop(); last !== undefined; last = cleanUp.pop()) await last()
})

function keep<T extends Disposable | AsyncDisposable>(made: T): T {
  cleanUp.push(() => (Symbol.asyncDispose in made ? made[Symbol.asyncDispose]() : made[Symbol.dispose]()))
  return made
}

const blocks = guideBlocks()
const textOf = (...ways: readonly string[]) =>
  blocks
    .filter(({ way }) => ways.includes(way))
    .map(({ text }) => text)
    .join('\n')

describe('the deploy guide', () => {
  it('each command belongs to a way, and a shell can read it', () => {
    const commands = blocks.filter(({ language }) => language === 'sh')
    const ways = ['values', 'systemd', 'certbot', 'own certificate', 'check', 'backup', 'restore', 'upgrade', 'compose']
    expect([...new Set(commands.map(({ way }) => way))].sort()).toEqual(ways.sort())
    for (const { text } of commands) execFileSync('bash', ['-n'], { input: text })
  })

  it('it downloads by the clients of Debian, npm and Git only', () => {
    expect(textOf('systemd', 'certbot', 'compose', 'upgrade')).not.toMatch(
      /\b(wget|pip|npx|apt-key|curl [^|\n]*(-o|-O|\| *(ba)?sh))\b/,
    )
  })
})

// Minutes of a real installation.
if (process.env['TEST_LONG'] === '1') {
  describe('[T8] from a fresh clone to a talk through the mirror', () => {
    it('two people behind symmetric NATs talk, and go on while the server is upgraded', {
      timeout: MINUTES * 60_000,
    }, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'solo2-guide-'))
      cleanUp.push(() => rmSync(folder, { recursive: true, force: true }))
      const world = keep(makeWorld('behind-routers'))
      world.set({ ports: 'drawn' })
      const authority = makeAuthority(join(folder, 'authority'), [NAMES.server])

      const uplink = `solo2up${process.pid}`
      run('ip', ['link', 'add', uplink, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', world.server])
      run('ip', ['addr', 'add', `${UPLINK.here}/30`, 'dev', uplink])
      run('ip', ['link', 'set', uplink, 'up'])
      ip(world.server, `addr add ${UPLINK.there}/30 dev uplink`)
      ip(world.server, 'link set uplink up')
      const root = join(folder, 'machine')
      makeDebian(root, ['systemd', 'systemd-sysv', 'dbus', 'iproute2'])
      const allowed = registriesOf(root)
      const registries = keep(await startRegistries(UPLINK.here, allowed))
      givePackages(root, `http://${UPLINK.here}:${registries.port}`, authority.root)
      writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost\n${SERVER_ADDRESS} ${NAMES.server}\n`)
      mkdirSync(join(root, 'etc/solo2/certificate'), { recursive: true })
      copyFileSync(authority.cert, join(root, 'etc/solo2/certificate/fullchain.pem'))
      copyFileSync(authority.key, join(root, 'etc/solo2/certificate/privkey.pem'))
      const repository = join(folder, 'solo2.git')
      run('git', ['clone', '--quiet', '--bare', ROOT, repository])
      const commit = run('git', ['-C', ROOT, 'rev-parse', 'HEAD']).trim()
      for (const name of ['first', 'second']) run('git', ['-C', repository, 'branch', '--force', name, commit])

      const machine = keep(await bootMachine(root, world.server, { '/srv/solo2.git': repository }))
      const values = (VERSION: string) =>
        withValues(textOf('values'), {
          HOST: NAMES.server,
          ADDRESS: SERVER_ADDRESS,
          MAIL: `postmaster@${NAMES.server}`,
          REPOSITORY: 'file:///srv/solo2.git',
          VERSION,
        })
      const printed = await machine.type(values('first') + textOf('systemd', 'own certificate'))
      expect(printed).toMatch(/^active\nactive$/m)
      expect(printed).toContain('content-security-policy:')
      expect([...registries.asked].sort()).toEqual([...allowed].sort())

      const start = async (who: 'ana' | 'ben') =>
        keep(
          await startPerson({ kind: 'node', host: world.people[who], folder: join(folder, who), root: authority.root }),
        )
      const [ana, ben] = [(await start('ana')).calls, (await start('ben')).calls]
      const origin = `https://${NAMES.server}`
      await ana.register(origin, 'ana')
      const code = await ben.register(origin, 'ben')
      await Promise.all([ana.pair(code), ben.acceptFirstRequest()])
      expect([await ana.path(), await ben.path()]).toEqual(['mirror', 'mirror'])
      const talk = async () => {
        await Promise.all([ana.say(TEXTS), ben.say(TEXTS)])
        expect([await ana.heard(TEXTS), await ben.heard(TEXTS)]).toEqual([true, true])
      }
      await talk()
      // The server is a bystander: it may be gone while they go on.
      await Promise.all([machine.type(values('second') + textOf('upgrade')), talk()])
      await talk()
      expect(await machine.type('readlink /opt/solo2/current\nsystemctl is-active solo2')).toBe(
        '/opt/solo2/second\nactive\n',
      )
      const journal = await machine.type('journalctl --unit=solo2 --unit=coturn --output=cat\ncat /var/log/solo2/*')
      // Whole ones: the server's own, which coturn names, begins like a router's.
      const isNamed = (address: string) =>
        new RegExp(`(?<![0-9a-f.:])${address.replaceAll('.', '\\.')}(?![0-9a-f]|\\.[0-9])`).test(journal)
      expect(isNamed(SERVER_ADDRESS)).toBe(true)
      expect([...world.addresses.ana, ...world.addresses.ben].filter(isNamed)).toEqual([])
    })
  })
}

/** Where packages come from: what a provider's image of the machine would say. */
function givePackages(root: string, proxy: string, authority: string): void {
  writeFileSync(join(root, 'etc/apt/apt.conf.d/90proxy'), `Acquire::http::Proxy "${proxy}";\n`)
  const npm = [`proxy=${proxy}`, `https-proxy=${proxy}`, 'update-notifier=false']
  const own = process.env['NODE_EXTRA_CA_CERTS']
  if (own !== undefined) {
    copyFileSync(own, join(root, 'etc/registry.pem'))
    npm.push('cafile=/etc/registry.pem')
  }
  appendFileSync(join(root, 'root/.npmrc'), `${npm.join('\n')}\n`)
  const local = join(root, 'usr/local/share/ca-certificates')
  mkdirSync(local, { recursive: true })
  copyFileSync(authority, join(local, 'laboratory.crt'))
}
