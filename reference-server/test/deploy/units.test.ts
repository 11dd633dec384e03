/** The units, as systemd itself judges them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../harness.js'

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url))
/** systemd looks for the programs that units name, and here they are not installed. */
const PROGRAMS = [
  /\/usr\/bin\/node(?= )/,
  /\/opt\/solo2\/current\/reference-server\/deploy\/(start-coturn|make-backup)/,
] as const
/** Debian's unit, whose settings the drop-in takes over. */
const DEBIAN = '/lib/systemd/system/coturn.service'

/** From 0, closed, to 10, open. What is left: the network, both families of addresses, and that V8 compiles. */
const MOST_EXPOSED = {
  'solo2.service': 1.4,
  'solo2.service on port 443': 1.6,
  'solo2.service with backups': 1.4,
  'solo2-backup.service': 0.8,
  'coturn.service': 1.8,
} as const

let folder: string

/** The unit with those drop-ins, in a folder of its own. */
function unit(label: string, source: string, dropIns: readonly string[]): string {
  const name = source.split('/').at(-1) ?? ''
  const home = join(folder, label.replaceAll(' ', '-'))
  mkdirSync(join(home, `${name}.d`), { recursive: true })
  const put = (from: string, to: string) => {
    const text = PROGRAMS.reduce((all, program) => all.replace(program, process.execPath), readFileSync(from, 'utf8'))
    writeFileSync(to, text)
  }
  put(source, join(home, name))
  for (const one of dropIns) put(join(DEPLOY, `${name}.d`, one), join(home, `${name}.d`, one))
  return join(home, name)
}

let units: readonly (readonly [keyof typeof MOST_EXPOSED, string])[]

beforeAll(() => {
  folder = temporaryFolder()
  const solo2 = join(DEPLOY, 'solo2.service')
  units = [
    ['solo2.service', unit('solo2.service', solo2, [])],
    ['solo2.service on port 443', unit('solo2.service on port 443', solo2, ['port-443.conf'])],
    ['solo2.service with backups', unit('solo2.service with backups', solo2, ['backup.conf'])],
    ['solo2-backup.service', unit('solo2-backup.service', join(DEPLOY, 'solo2-backup.service'), [])],
    ['coturn.service', unit('coturn.service', DEBIAN, ['solo2.conf'])],
  ]
})

describe('units', () => {
  test('systemd-analyze verify has nothing to say', () => {
    for (const [label, path] of units) {
      const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], {
        encoding: 'utf8',
      })
      expect(`${stdout}${stderr}`, label).toBe('')
      expect(status, label).toBe(0)
    }
  })

  test('the timer starts the backup, each day', () => {
    const [, service = ''] = units.find(([label]) => label === 'solo2-backup.service') ?? []
    const timer = service.replace(/service$/, 'timer')
    copyFileSync(join(DEPLOY, 'solo2-backup.timer'), timer)
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', timer], { encoding: 'utf8' })
    expect(`${stdout}${stderr}`).toBe('')
    expect(status).toBe(0)
    const [, calendar = ''] = /^OnCalendar=(.+)$/m.exec(readFileSync(timer, 'utf8')) ?? []
    const next = execFileSync('systemd-analyze', ['calendar', '--iterations=2', calendar], { encoding: 'utf8' })
    expect(next).toContain('03:00:00')
  })

  test('systemd-analyze security: no more is open than must be', () => {
    for (const [label, path] of units) {
      const text = execFileSync('systemd-analyze', ['security', '--offline=true', path], { encoding: 'utf8' })
      const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(text)?.[1])
      console.log(`${label}: exposure ${exposure}`)
      expect(exposure, label).toBeLessThanOrEqual(MOST_EXPOSED[label])
    }
  })

  test('control: a directive that is misspelt, and a unit that closes nothing, are told', () => {
    const wrong = join(folder, 'wrong.service')
    writeFileSync(wrong, `[Service]\nExecStart=${process.execPath}\nProtectSystm=strict\n`)
    const verify = spawnSync('systemd-analyze', ['verify', '--man=no', wrong], { encoding: 'utf8' })
    expect(verify.stderr).toContain('ProtectSystm')
    const text = execFileSync('systemd-analyze', ['security', '--offline=true', wrong], { encoding: 'utf8' })
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(text)?.[1])).toBeGreaterThan(9)
  })
})

test('the unit and the image start the server as `npm start` does', () => {
  const tunables = /GLIBC_TUNABLES=(\S+)/
  const root = JSON.parse(readFileSync(join(DEPLOY, '../../package.json'), 'utf8')) as { scripts: { start: string } }
  const [, asStarted] = tunables.exec(root.scripts.start) ?? []
  expect(asStarted).toBeDefined()
  for (const name of ['solo2.service', 'solo2-backup.service', 'Containerfile']) {
    expect(tunables.exec(readFileSync(join(DEPLOY, name), 'utf8'))?.[1], name).toBe(asStarted)
  }
})
