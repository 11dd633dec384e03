import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countOf, type Few, has, listOf, more, without } from './few.js'

it('agrees with a plain list, whatever comes and goes, and changes nothing in place', () => {
  const things = Array.from({ length: 6 }, (_, n) => ({ n }))
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5 }), { maxLength: 40 }), (steps) => {
      let few: Few<{ n: number }>
      let plain: { n: number }[] = []
      for (const step of steps) {
        const one = things[step] as { n: number }
        const [before, list] = [few, [...listOf(few)]]
        few = plain.includes(one) ? without(few, one) : more(few, one)
        plain = plain.includes(one) ? plain.filter((each) => each !== one) : [...plain, one]
        expect(listOf(few)).toEqual(plain)
        expect(countOf(few)).toBe(plain.length)
        for (const each of things) expect(has(few, each)).toBe(plain.includes(each))
        expect(listOf(before)).toEqual(list)
      }
    }),
  )
})
