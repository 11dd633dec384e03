/** The script of solo2-backup.service, over the data of a server that runs. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startTestServer, temporaryFolder } from '../harness.js'

const SCRIPT = fileURLToPath(new URL('../../deploy/make-backup', import.meta.url))
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const DAY_MS = 86_400_000

/** `node` runs the source in place of what is built. */
function makeBackup(folder: string, environment: Readonly<Record<string, string>>) {
  const bin = temporaryFolder()
  const run = `#!/bin/sh\nshift\nexec ${process.execPath} --import tsx --conditions=source ${MAIN} "$@"\n`
  writeFileSync(join(bin, 'node'), run, { mode: 0o700 })
  const env = { PATH: `${bin}:${process.env['PATH']}`, ...environment }
  return spawnSync(SCRIPT, [folder], { env, encoding: 'utf8' })
}

test('makes a backup that only its owner reads, and deletes those that are 30 days old and nothing else', async () => {
  const server = await startTestServer()
  const folder = temporaryFolder()
  for (const [name, days] of [
    ['solo2-old.backup', 30],
    ['solo2-young.backup', 29],
    ['erasures', 400],
  ] as const) {
    const at = new Date(Date.now() - days * DAY_MS - 60_000)
    writeFileSync(join(folder, name), '')
    utimesSync(join(folder, name), at, at)
  }
  const { status, stderr } = makeBackup(folder, { SOLO2_DATA: server.data })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const [made = '', ...rest] = readdirSync(folder).filter((name) => /^solo2-\d{8}T\d{6}Z\.backup$/.test(name))
  expect(rest).toEqual([])
  expect(statSync(join(folder, made)).mode & 0o077).toBe(0)
  expect(statSync(join(folder, made)).size).toBeGreaterThan(0)
  expect(existsSync(join(folder, 'solo2-old.backup'))).toBe(false)
  for (const name of ['solo2-young.backup', 'erasures']) expect(existsSync(join(folder, name)), name).toBe(true)
})

test('fails over PostgreSQL, of which it makes none', () => {
  const folder = temporaryFolder()
  const { status, stderr } = makeBackup(folder, { SOLO2_DATABASE: 'postgres://127.0.0.1/solo2' })
  expect(status).toBe(1)
  expect(stderr).toContain('pg_dump')
  expect(readdirSync(folder)).toEqual([])
})
