/** Networks between Node and others. The long run goes through all of them. */
import { cases } from '../../../tools/cases.js'
import { describeCells } from './cells.js'

if (cases(0, 1) === 1) {
  describeCells(['node', 'node'])
  describeCells(['chromium', 'node'])
  describeCells(['firefox', 'node'])
} else {
  describeCells(['node', 'node'], ['symmetric NAT on both sides'])
}
