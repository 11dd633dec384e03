/** The vectors are what the generator makes and what their schemas say. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { vectorFiles } from '../generate/files.js'

const folder = new URL('../vectors/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const files = vectorFiles()

test.each([...files.keys()])('%s is what the generator makes, below 1 MiB', (name) => {
  const text = read(name)
  expect(text === files.get(name)).toBe(true)
  expect(text.length).toBeLessThan(1_048_576)
})

test.each([...files.keys()])('%s fits its schema, which refuses a field too many', (name) => {
  const validate = new Ajv2020({ allErrors: false }).compile(
    JSON.parse(read(`schema/${name.replace('.json', '.schema.json')}`)),
  )
  const vectors = JSON.parse(read(name)) as { refusals: object[] }
  validate(vectors)
  expect(validate.errors ?? []).toEqual([])
  expect(validate({ ...vectors, surplus: 1 })).toBe(false)
  expect(validate({ ...vectors, refusals: [{ ...vectors.refusals[0], surplus: 1 }] })).toBe(false)
})

test('every refusal has a name of its own in its list, and lists are not empty', () => {
  for (const name of files.keys()) {
    const { refusals } = JSON.parse(read(name)) as {
      refusals: { name: string; receiver?: string; transcript?: string; after?: number }[]
    }
    const keys = refusals.map((one) => [one.transcript, one.after, one.receiver, one.name].join(' / '))
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.length).toBeGreaterThan(15)
  }
})
