/** `npm run docs`: builds the documentation site into dist/docs, or the folder named, and looks at every link of it. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ROOT } from '../verify/check.js'
import { buildSite } from './site.js'
import { siteLinkProblems } from './site-links.js'

const folder = resolve(process.argv[2] ?? join(ROOT, 'dist/docs'))

await rm(folder, { recursive: true, force: true })
const problems = await buildSite(folder)
for (const line of problems) console.log(line)
// What could not be written has said why.
if (!existsSync(folder)) process.exit(1)
const { problems: broken, pages, links } = await siteLinkProblems(folder)
for (const line of broken) console.log(line)
console.log(`${pages} pages and ${links} links in ${folder}: ${problems.length + broken.length} problems`)
process.exitCode = problems.length + broken.length === 0 ? 0 : 1
