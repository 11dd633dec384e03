import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeLock } from './lock-file.js'

describe('lock file', () => {
  const locked = { code: 'storage_locked' }
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solo2-lock-'))
    path = join(folder, 'lock')
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it('is held once, and leaves nothing behind', async () => {
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)))
    const won = taken.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const result of taken) if (result.status === 'rejected') expect(result.reason).toMatchObject(locked)
    expect(await readFile(path, 'latin1')).toMatch(new RegExp(`^${process.pid} `))
    await won[0]?.value()
    expect(await readdir(folder)).toEqual([])
    await (await takeLock(path))()
  })

  it('respects another living process, and takes over from a dead one', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const stat = await readFile(`/proc/${child.pid}/stat`, 'latin1')
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim()
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    await writeFile(path, `${child.pid} ${start} ${boot}`)
    await expect(takeLock(path)).rejects.toMatchObject(locked)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const release = await takeLock(path)
    expect(await readFile(path, 'latin1')).toMatch(new RegExp(`^${process.pid} `))
    await release()
  })

  it.each([
    ['a number that belongs to another process now', `${process.ppid} 1 another-boot`],
    ['its own number from an earlier life', `${process.pid} 1 another-boot`],
    ['nothing', ''],
    ['no number', 'hello'],
    ['a number that was never given', '4194305 1 x'],
  ])('takes over a lock that holds %s', async (_, content) => {
    await writeFile(path, content)
    const release = await takeLock(path)
    await expect(takeLock(path)).rejects.toMatchObject(locked)
    await release()
    expect(await readdir(folder)).toEqual([])
  })
})
