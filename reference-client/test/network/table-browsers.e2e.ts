/** Networks between browsers. The long run goes through all of them. */
import { cases } from '../../../tools/cases.js'
import { describeCells } from './cells.js'

if (cases(0, 1) === 1) {
  describeCells(['chromium', 'chromium'])
  describeCells(['firefox', 'chromium'])
  describeCells(['firefox', 'firefox'])
} else {
  describeCells(['chromium', 'chromium'], ['port-restricted NAT on both sides'])
}
