/** One writer a folder, across processes and inside one: a file that names its holder. */

import { randomUUID } from 'node:crypto'
import { link, open, readFile, rename, unlink } from 'node:fs/promises'
import { Solo2Error } from '../../errors.js'

const held = new Set<string>()

/** Rejects with `storage_locked` while a living holder has it. Returns the way to release it. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  if (held.has(path)) throw locked()
  held.add(path)
  try {
    const mine = await holder(process.pid)
    for (let attempt = 0; !(await create(path, mine)); attempt++) {
      const theirs = await read(path)
      if (theirs !== undefined && ((await isAlive(theirs)) || attempt > 3)) throw locked()
      if (theirs !== undefined) await remove(path, theirs)
    }
  } catch (error) {
    held.delete(path)
    throw Solo2Error.from(error, 'storage_failed', 'the vault cannot be locked')
  }
  return async () => {
    await unlink(path).catch(() => {})
    held.delete(path)
  }
}

function locked(): Solo2Error {
  return new Solo2Error('storage_locked', 'another process has this vault open')
}

/** `pid start`: a process number comes again, the time at which the process started does not come with it. */
async function holder(pid: number): Promise<string> {
  return `${pid} ${(await startOf(pid)) ?? ''}`
}

/** Linux: clock ticks from boot to the process's start, with the boot's ID. Elsewhere undefined. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1')
    // Field 22; the second field is a name in parentheses that may hold blanks.
    return `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]} ${boot.trim()}`
  } catch {
    return undefined
  }
}

async function create(path: string, content: string): Promise<boolean> {
  // Written aside and linked, so that nobody ever reads a lock without its holder.
  const aside = `${path}.${randomUUID()}`
  const file = await open(aside, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.close()
    await link(aside, path)
    return true
  } catch (error) {
    await file.close().catch(() => {})
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(aside).catch(() => {})
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function isAlive(content: string): Promise<boolean> {
  const pid = Number(content.split(' ', 1)[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  // This process holds it only if it says so itself: a lock left by an earlier one of the same number is dead.
  return pid === process.pid ? false : content === (await holder(pid))
}

/** Takes a dead holder's lock away. Two may try at once: who took a living one by mistake puts it back. */
async function remove(path: string, expected: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if ((await readFile(aside, 'latin1')) !== expected) await link(aside, path).catch(() => {})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  } finally {
    await unlink(aside).catch(() => {})
  }
}
