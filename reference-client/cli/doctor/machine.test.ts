import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFolder, checkNode } from './machine.js'

let home: string
let vaults: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'solo2-doctor-'))
  vaults = join(home, 'vaults')
  await mkdir(join(vaults, 'vault-ana'), { recursive: true, mode: 0o700 })
  await writeFile(join(vaults, 'vault-ana', 'log'), 'sealed', { mode: 0o600 })
})
afterEach(() => rm(home, { recursive: true, force: true }))

const levels = async (folder: string) =>
  Object.fromEntries((await checkFolder(folder)).map(({ check, level }) => [check, level]))

describe('the data folder', () => {
  it('that is there, private and has room is fine, and nothing is left in it', async () => {
    expect(await levels(vaults)).toEqual({ folder: 'fine', rights: 'fine', space: 'fine' })
    expect(await readdir(vaults)).toEqual(['vault-ana'])
  })

  it('that is not there yet can be made', async () => {
    expect(await levels(join(home, 'other', 'place'))).toMatchObject({ folder: 'fine', rights: 'untried' })
    expect(await readdir(home)).toEqual(['vaults'])
  })

  it('that can be no folder is a problem', async () => {
    await writeFile(join(home, 'file'), '')
    expect(await levels(join(home, 'file'))).toMatchObject({ folder: 'problem' })
    expect(await levels(join(home, 'file', 'below'))).toMatchObject({ folder: 'problem' })
  })

  it.each(['.', 'vault-ana', 'vault-ana/log'])(
    'others that can open %s are a problem, with what to type',
    async (path) => {
      await chmod(join(vaults, path), 0o755)
      const found = (await checkFolder(vaults)).find(({ check }) => check === 'rights')
      expect(found).toMatchObject({ level: 'problem', remedy: `chmod -R go= ${vaults}` })
    },
  )
})

it.each([
  ['20.18.9', 'problem'],
  ['18.20.0', 'problem'],
  ['20.19.0', 'fine'],
  ['24.1.0', 'fine'],
])('Node %s is %s', (version, level) => {
  expect(checkNode(version).level).toBe(level)
})
