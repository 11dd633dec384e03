/** `write` makes the vectors; `check` makes them in memory and compares. Both are silent if all is well. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { handshakeVectors, runs } from './handshake.js'
import { print } from './json.js'

export function files(): ReadonlyMap<string, string> {
  const all = runs()
  return new Map([['handshake.json', print(handshakeVectors(all))]])
}

const folder = new URL('../vectors/', import.meta.url)
const mode = process.argv[2]
let stale = 0
for (const [name, text] of files()) {
  const path = new URL(name, folder)
  if (mode === 'write') writeFileSync(path, text)
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`conformance/vectors/${name} is not what the generator makes`)
    stale++
  }
}
process.exitCode = stale > 0 ? 1 : 0
