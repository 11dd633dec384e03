/** spec/promises.md names the checks that exist. Its states are those of the last full `npm run prove`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PROMISES_PAGE, promisesPage, shownIn } from '../prove/table.js'
import { type Check, ROOT, readRepositoryFile } from './check.js'
import { promiseTitles } from './promise-titles.js'

export const promisePageCheck: Check = {
  name: 'promises page',
  remedy: 'npm run prove, or npm run prove -- --page to keep the states of its last run; commit spec/promises.md',
  run: () => {
    if (!existsSync(join(ROOT, PROMISES_PAGE))) return { problems: [`${PROMISES_PAGE} is missing`] }
    const page = readRepositoryFile(PROMISES_PAGE)
    const due = promisesPage(promiseTitles(), shownIn(page)).split('\n')
    const is = new Set(page.split('\n'))
    return { problems: due.filter((line) => !is.has(line)).map((line) => line.slice(0, 110)) }
  },
}
