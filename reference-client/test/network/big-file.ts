/** Files of random bytes, as large as one likes, sent between two people of the laboratory. */
import { createHash, randomFillSync, randomInt } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { watchMemory } from '../../../tools/lab/memory.js'
import type { Encounter } from './encounter.js'

const MB = 1_000_000
const PIECE = 16_777_216

export interface BigFile extends Disposable {
  readonly path: string
  readonly size: number
  /** SHA-256, hex. */
  readonly hash: string
}

export function makeBigFile(size: number): BigFile {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-big-'))
  const path = join(folder, 'big.bin')
  const hash = createHash('sha256')
  const piece = Buffer.alloc(Math.min(PIECE, size))
  const file = openSync(path, 'wx')
  for (let at = 0; at < size; at += piece.length) {
    const next = randomFillSync(piece).subarray(0, size - at)
    hash.update(next)
    writeSync(file, next)
  }
  closeSync(file)
  return { path, size, hash: hash.digest('hex'), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

export interface Carried {
  /** SHA-256 of what Ben's vault holds, hex. */
  readonly hash: string | undefined
  /** Bytes above what each had before, at most. */
  readonly memory: { readonly ana: number; readonly ben: number }
  /** Bytes that passed the server and came to the mirror meanwhile. */
  readonly served: number
  readonly mirrored: number
  /** Bytes that came to Ben for each byte of the file: frames, padding and packets on top. */
  readonly perByte: number
}

/** From the offer until every byte is on Ben's disk. */
export async function carry({ world, people }: Encounter, file: BigFile): Promise<Carried> {
  const [ana, ben] = people
  const memory = {
    ana: watchMemory(world.people.ana, ana.driver),
    ben: watchMemory(world.people.ben, ben.driver),
  }
  const before = { served: world.served(), mirrored: world.mirrored(), arrived: world.arrived() }
  const start = performance.now()
  await ana.calls.offerFile(file.path)
  await Promise.all([ana.calls.moved(file.size, file.size), ben.calls.moved(file.size, file.size)])
  const seconds = (performance.now() - start) / 1_000
  const passed = { served: world.served() - before.served, mirrored: world.mirrored() - before.mirrored }
  const perByte = (world.arrived() - before.arrived) / file.size
  const above = (watch: ReturnType<typeof watchMemory>): number => {
    const { before, most } = watch.stop()
    return most - before
  }
  const grown = { ana: above(memory.ana), ben: above(memory.ben) }
  console.log(
    `${file.size / MB} MB in ${seconds.toFixed(0)} s with hashing: ${(file.size / MB / seconds).toFixed(1)} MB/s; memory above before: ` +
      `sender ${(grown.ana / MB).toFixed(0)} MB, receiver ${(grown.ben / MB).toFixed(0)} MB; ` +
      `past the server ${passed.served} bytes, the mirror ${passed.mirrored}`,
  )
  return { hash: await ben.calls.complete(file.size), memory: grown, ...passed, perByte }
}

export interface Interrupted {
  readonly hash: string | undefined
  /** The share of the file that was sent more than once. */
  readonly again: number
}

/** Kills one after the other at random points, each in an equal part of the file. `perByte`: of a file that nothing interrupted. */
export async function carryKilled(
  met: Encounter,
  file: BigFile,
  kills: readonly ('ana' | 'ben')[],
  perByte: number,
): Promise<Interrupted> {
  const { world } = met
  let [ana, ben] = met.people
  const part = file.size / kills.length
  const before = world.arrived()
  await ana.calls.offerFile(file.path)
  for (const [index, who] of kills.entries()) {
    await ben.calls.moved(file.size, part * index + randomInt(Math.ceil((3 / 4) * part)))
    const at = await ben.calls.movedBytes(file.size)
    const again = await met.restart(who)
    if (who === 'ana') ana = again
    else ben = again
    console.log(`killed ${who === 'ana' ? 'the sender' : 'the receiver'} at ${(at / MB).toFixed(0)} MB`)
  }
  await Promise.all([ana.calls.moved(file.size, file.size), ben.calls.moved(file.size, file.size)])
  const again = (world.arrived() - before) / (perByte * file.size) - 1
  console.log(`sent again: ${(100 * again).toFixed(2)} % of ${file.size / MB} MB`)
  return { hash: await ben.calls.complete(file.size), again }
}
