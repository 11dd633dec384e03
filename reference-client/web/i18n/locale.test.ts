import { describe, expect, it } from 'vitest'
import { isLanguage, preferred } from './locale.js'

describe('the language that somebody gets', () => {
  it.each([
    [['es-MX', 'en'], 'es'],
    [['AR-eg'], 'ar'],
    [['de', 'fr', 'es'], 'es'],
    [['en-GB', 'ar'], 'en'],
    [['tlh'], 'en'],
    [['__proto__', 'toString'], 'en'],
    [[], 'en'],
  ])('%j is %s', (tags, language) => {
    expect(preferred(tags)).toBe(language)
  })

  it('takes nothing else for a language', () => {
    expect([undefined, null, '', 'EN', 'en-GB', 'constructor', 1].filter(isLanguage)).toEqual([])
  })
})
