import type { VectorCase } from './judge.js'

/** Behind all others, since nothing can be asked afterwards. */
export const endCase: VectorCase = {
  id: 'vectors/testee/ends',
  title: 'ends when its standard input ends',
  promises: [],
  rules: ['15-6'],
  explain: 'With exit code 0 and without another word. One that stays behind would fill the machine that tests it.',
  run: (testee) => testee.end(),
}
