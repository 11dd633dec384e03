/** `npm run docs`: builds the documentation site into dist/docs and looks at every link of it. */
import { rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ROOT } from '../verify/check.js'
import { buildSite } from './site.js'
import { siteLinkProblems } from './site-links.js'

const FOLDER = join(ROOT, 'dist/docs')

await rm(FOLDER, { recursive: true, force: true })
const problems = await buildSite(FOLDER)
const { problems: broken, pages, links } = await siteLinkProblems(FOLDER)
for (const line of [...problems, ...broken]) console.log(line)
console.log(
  `${pages} pages and ${links} links in ${relative(ROOT, FOLDER)}: ${problems.length + broken.length} problems`,
)
process.exitCode = problems.length + broken.length === 0 ? 0 : 1
