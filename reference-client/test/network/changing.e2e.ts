/** Networks that change under a conversation. The long run goes through all pairs. */
import { cases } from '../../../tools/cases.js'
import { describeMoving, describeRoaming } from './changing.js'

if (cases(0, 1) === 1) {
  describeMoving(['node', 'node'], true)
  describeMoving(['chromium', 'chromium'], true)
  describeMoving(['chromium', 'node'], true)
  for (const change of ['interface', 'address'] as const) {
    describeRoaming(['node', 'node'], change, false)
    describeRoaming(['chromium', 'chromium'], change, true)
    describeRoaming(['chromium', 'node'], change, false)
  }
} else {
  describeMoving(['chromium', 'node'], false)
}
