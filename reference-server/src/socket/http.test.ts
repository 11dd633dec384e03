import { expect, test } from 'vitest'
import { headerBlock } from './http.js'

test('headers as one block: the first by its name, the others as lines behind its value', () => {
  const { name, value } = headerBlock({ 'x-first': 'one: two', 'x-second': 'three' })
  expect([name, value].map((bytes) => Buffer.from(bytes).toString())).toEqual([
    'x-first',
    'one: two\r\nx-second: three',
  ])
})

test.each(['\r\n', '\r', '\n', '\n\n'])('a value that holds %j makes no header', (line) => {
  expect(() => headerBlock({ 'x-first': `one${line}x-other: two` })).toThrow('more than one line')
  expect(() => headerBlock({ 'x-first': 'one', 'x-last': line })).toThrow('more than one line')
})
