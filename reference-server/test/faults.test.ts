/** All or nothing: a fault at every statement of what changes several rows, and a process killed in the middle. */
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import Database from 'libsql'
import { afterEach, describe, expect, it } from 'vitest'
import { cases } from '../../tools/cases.js'
import { SCHEMA } from '../src/store/schema/schema.js'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'
import { temporaryFolder } from './harness.js'
import { ACTIONS, PEOPLE } from './store-actions.js'
import { dump, marked, people } from './store-full.js'
import { leftWhole } from './whole-or-gone.js'

/** One trigger for each table, operation and moment; for accounts also for each of them alone. */
const FAULTS = SCHEMA.flatMap(({ name }) =>
  ['INSERT', 'UPDATE', 'DELETE'].flatMap((operation) =>
    ['BEFORE', 'AFTER'].flatMap((moment) => {
      const trigger = (when: string) =>
        `CREATE TRIGGER fault ${moment} ${operation} ON ${name} ${when} BEGIN SELECT RAISE(ABORT, 'fault'); END`
      const each = Array.from({ length: PEOPLE }, (_, n) => trigger(`WHEN OLD.id = '${marked(n).id}'`))
      return name === 'accounts' && operation !== 'INSERT' ? each : [trigger('')]
    }),
  ),
)

describe('[D1] all or nothing', () => {
  it.each(ACTIONS)('$name with a fault at each of its statements', async ({ faults, run }) => {
    const path = join(temporaryFolder(), 'whole.db')
    const first = createSqliteStore(path)
    await people(first, PEOPLE)
    await first.chargeDay(20_000, () => undefined)
    await first.close()
    const before = dump(path)
    let failed = 0
    for (const fault of FAULTS) {
      const copy = join(temporaryFolder(), 'fault.db')
      copyFileSync(path, copy)
      const store = createSqliteStore(copy)
      const outside = new Database(copy)
      outside.exec(fault)
      const done = await run(store).then(
        () => true,
        () => false,
      )
      if (!done) {
        failed += 1
        expect(dump(copy)).toEqual(before)
        outside.exec('DROP TRIGGER fault')
        await run(store)
      }
      expect(dump(copy)).not.toEqual(before)
      outside.close()
      await store.close()
    }
    // Before and after each statement.
    expect(failed).toBeGreaterThanOrEqual(faults * 2)
  })
})

describe('[D1] a process that is killed while it deletes accounts', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0))
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  })

  /** The store and its people as one file that plain Node runs. */
  async function program(folder: string): Promise<string> {
    const here = fileURLToPath(new URL('.', import.meta.url))
    const source = `
      import { createSqliteStore } from '../src/store/sqlite/sqlite.js'
      import { marked } from './store-full.js'
      const store = createSqliteStore(process.argv[2])
      process.stdout.write('ready')
      for (let n = 0; n < Number(process.argv[3]); n++) await store.deleteAccount(marked(n).id, marked(n).passwordVerifier, 20_000)
      process.stdout.write('done')`
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: here, loader: 'ts' },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      conditions: ['source'],
      external: ['libsql'],
      absWorkingDir: here,
    })
    // Beside the packages, so that it finds the native one.
    const file = join(folder, 'delete.mjs')
    const libsql = fileURLToPath(import.meta.resolve('libsql'))
    writeFileSync(file, outputFiles[0]?.text.replaceAll('from "libsql"', `from ${JSON.stringify(libsql)}`) ?? '')
    return file
  }

  it('leaves all rows of an account or none, at whatever moment', { timeout: 600_000 }, async () => {
    const count = 40
    const folder = temporaryFolder()
    const path = join(folder, 'whole.db')
    const first = createSqliteStore(path)
    await people(first, count)
    await first.close()
    expect(leftWhole(dump(path), count, 2)).toHaveLength(count)

    const file = await program(folder)
    let middle = 0
    for (let run = 0; run < cases(20, 200); run++) {
      const copy = join(temporaryFolder(), 'killed.db')
      copyFileSync(path, copy)
      const child = spawn(process.execPath, [file, copy, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      const ended = new Promise((resolve) => child.once('close', resolve))
      await new Promise((resolve) => child.stdout.once('data', resolve))
      // Spread over the whole of the run: a kill falls into any statement, checkpoint or rest.
      setTimeout(() => child.kill('SIGKILL'), Math.random() * 60)
      await ended
      const store = createSqliteStore(copy)
      await store.close()
      const left = leftWhole(dump(copy), count, 2)
      if (left.length > 0 && left.length < count) middle += 1
    }
    // Otherwise nobody was killed in the middle, and nothing was shown.
    expect(middle).toBeGreaterThan(0)
  })
})
