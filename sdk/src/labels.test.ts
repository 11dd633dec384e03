import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromUtf8 } from './bytes/bytes.js'
import { LABELS } from './labels.js'

const page = readFileSync(new URL('../../spec/00-conventions.md', import.meta.url), 'utf8')
const section = page.split(/^## /m).find((part) => part.startsWith('5. Labels')) ?? ''
/** The first cells of the table: each label in quotes, with `‖ 00` where a zero byte follows. */
const listed = [...section.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`"([^"]+)"( ‖ 00)?`/g)].map(([, label, zero]) => label + (zero ? '\0' : '')),
)

describe('labels', () => {
  const labels = Object.values(LABELS).map(fromUtf8)
  it('are those of spec/00, all of them and no others', () => {
    expect([...new Set(labels)].sort()).toEqual([...listed].sort())
  })

  it('differ from each other, but for the one that is a psk and an info, in different functions', () => {
    const twice = labels.filter((label, i) => labels.indexOf(label) !== i)
    expect(twice).toEqual(['Solo2 v1 signal'])
  })
})
