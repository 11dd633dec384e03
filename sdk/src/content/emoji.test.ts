import { expect, it } from 'vitest'
import { isEmoji } from './emoji.js'

it.each([
  ...['👍', '❤️', '❤', '🇪🇸', '👩🏽‍🚒', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '7️⃣', '🏳️‍🌈', '👨‍👩‍👧‍👦', '👩🏽‍❤️‍💋‍👨🏿'],
  // Not assigned yet: a later Unicode may draw it.
  '\u{1FADF}',
])('%s is one emoji', (text) => {
  expect(isEmoji(text)).toBe(true)
})

it.each([
  ...['', 'a', '7', '#', ' 👍', '👍👍', '👍\n', '🇪', '\u200d', '👍\u200d', '\ud83d', '<b>', '👍\u0301'],
  // Ten hearts joined to one: 57 bytes.
  Array(10).fill('❤').join('\u200d'),
])('%j is not one emoji', (text) => {
  expect(isEmoji(text)).toBe(false)
})
