/** `write` makes the vectors; `check` makes them in memory and compares. Both are silent if all is well. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { vectorFiles } from './files.js'

const folder = new URL('../vectors/', import.meta.url)
const mode = process.argv[2]
if (mode !== 'write' && mode !== 'check') throw new Error('usage: main.ts write | check')
for (const [name, text] of vectorFiles()) {
  const path = new URL(name, folder)
  if (mode === 'write') writeFileSync(path, text)
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`conformance/vectors/${name} is not what the generator makes`)
    process.exitCode = 1
  }
}
