/** `npm run diagrams`: draws the state machines of the chapters into docs/diagrams. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../verify/check.js'
import { drawings } from './drawings.js'

for (const [path, svg] of await drawings()) await writeFile(join(ROOT, path), svg)
