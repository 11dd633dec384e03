/** What the compiler does not see in a catalogue: forms by number, names in isolates, texts left in another language. */
import { describe, expect, it, vi } from 'vitest'
import { ERROR_CODES, type ErrorCode } from '../../../sdk/src/errors.js'
import { ar } from './ar.js'
import type { Catalogue } from './catalogue.js'
import { en } from './en.js'
import { es } from './es.js'
import type { Language } from './locale.js'
import { plural } from './plural.js'

vi.mock('./plural.js', async (original) => {
  const module = await original<typeof import('./plural.js')>()
  return { ...module, plural: vi.fn(module.plural) }
})

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, es, ar }
const LANGUAGES = Object.entries(CATALOGUES) as [Language, Catalogue][]

const COUNTS = [0, 1, 2, 3, 5, 11, 21, 22, 25, 100, 101, 1.5, 1_000_000]

type Leaf = string | ((...values: unknown[]) => string)

/** Every text by its path. */
function leaves(part: unknown, path = ''): [path: string, leaf: Leaf][] {
  if (typeof part === 'string' || typeof part === 'function') return [[path, part as Leaf]]
  return Object.entries(part as object).flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`))
}

const said = (leaf: Leaf, ...values: unknown[]): string => (typeof leaf === 'string' ? leaf : leaf(...values))

/** Those that count, found by trying: a text that counts asks for the form of a number. */
const counted = (catalogue: Catalogue) =>
  leaves(catalogue).filter(([, leaf]) => {
    vi.mocked(plural).mockClear()
    said(leaf, 'Ana', 'Ana')
    return vi.mocked(plural).mock.calls.length > 0
  })

describe.each(LANGUAGES)('the catalogue %s', (language, catalogue) => {
  it('has the same texts as English, empty where English is empty', () => {
    const shape = (of: Catalogue) => leaves(of).map(([path, leaf]) => `${path} ${said(leaf, 'Ana', 'Ana') === ''}`)
    expect(shape(catalogue).sort()).toEqual(shape(en).sort())
    expect(catalogue.language).toBe(language)
  })

  it('counts the same things', () => {
    expect(counted(catalogue).map(([path]) => path)).toEqual(counted(en).map(([path]) => path))
    expect(counted(catalogue).length).toBeGreaterThan(2)
  })

  it.each(counted(catalogue))('%s has each form of the language, and says every number', (_, leaf) => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions()
    for (const count of COUNTS) {
      vi.mocked(plural).mockClear()
      const text = said(leaf, count, 'Ana')
      const forms = vi.mocked(plural).mock.calls[0]?.[2] as unknown as Record<string, string>
      expect(Object.keys(forms).sort()).toEqual([...pluralCategories].sort())
      // Words may stand for none, one and two; more than that is a number.
      if (!/^(zero|one|two)$/u.test(new Intl.PluralRules(language).select(count)))
        expect(text).toContain(new Intl.NumberFormat(language).format(count))
      expect(text).not.toContain('#')
    }
  })

  it('has a text of what happened and what to do for every code', () => {
    for (const [code, culprit] of Object.entries(ERROR_CODES) as [ErrorCode, string][]) {
      const told = catalogue.errors.code[code] ?? catalogue.errors.culprit[culprit]
      expect(told?.title, code).toMatch(/\S/u)
      expect(told?.text, code).toMatch(/\S/u)
    }
  })

  it('has words of its own for each failure that a person can do something about', () => {
    const met = Object.entries(ERROR_CODES).filter(([, culprit]) => ['person', 'server', 'world'].includes(culprit))
    // The ticket is drawn and used by the program alone.
    const lacking = met.map(([code]) => code).filter((code) => code !== 'ticket_refused')
    expect(lacking.filter((code) => !(code in catalogue.errors.code))).toEqual([])
  })

  it('never shouts, never says oops, and has no blanks by mistake', () => {
    const wrong = leaves(catalogue)
      .map(([path, leaf]) => `${path}: ${said(leaf, 'Ana', 'Ana')}`)
      .filter((text) => /[!¡]|\boops\b| {2}|\.\.\./iu.test(text))
    expect(wrong).toEqual([])
  })

  it('[A5] isolates a name wherever English does, so that its marks turn nothing', () => {
    const hostile = 'Eve\u202E\u2067'
    for (const [path, leaf] of leaves(en)) {
      if (!said(leaf, hostile, hostile).includes('\u2068Eve\u2069')) continue
      const own = leaves(catalogue).find(([one]) => one === path)?.[1] ?? ''
      expect(said(own, hostile, hostile), path).toContain('\u2068Eve\u2069')
      // `spoken` ends with a text that is cleaned by whoever says it.
      expect(said(own, hostile, 'Ana'), path).not.toMatch(/[\u202E\u2067]/u)
    }
  })

  it('closes every isolate that it opens', () => {
    for (const [path, leaf] of leaves(catalogue)) {
      const text = said(leaf, 'Ana', 'Ana')
      expect(text.match(/[\u2066-\u2068]/gu)?.length ?? 0, path).toBe(text.match(/\u2069/gu)?.length ?? 0)
    }
  })
})

/** Words that are the same in both languages. */
const SAME = new Set(['Plan', 'WebAssembly', 'Solo2', 'bytes'])

it('no text of another language is English', () => {
  const english = new Map(leaves(en).map(([path, leaf]) => [path, said(leaf, 'Ana', 'Ana')]))
  for (const [language, catalogue] of LANGUAGES.slice(1)) {
    const same = leaves(catalogue)
      .filter(([path]) => path !== 'language')
      .map(([path, leaf]) => [path, said(leaf, 'Ana', 'Ana')] as const)
      // What is nothing but values and signs is of no language.
      .filter(([path, text]) => text === english.get(path) && /\p{L}{2}/u.test(text.replaceAll('Ana', '')))
      .filter(([, text]) => !SAME.has(text.replaceAll(/ ·.*/gu, '')))
    expect(same, language).toEqual([])
  }
})

describe('new messages, counted', () => {
  it.each<[Language, readonly string[]]>([
    [
      'en',
      [
        '0 new messages',
        '1 new message',
        '2 new messages',
        '3 new messages',
        '5 new messages',
        '11 new messages',
        '21 new messages',
        '22 new messages',
        '25 new messages',
        '100 new messages',
        '101 new messages',
        '1.5 new messages',
        '1,000,000 new messages',
      ],
    ],
    [
      'es',
      [
        '0 mensajes nuevos',
        '1 mensaje nuevo',
        '2 mensajes nuevos',
        '3 mensajes nuevos',
        '5 mensajes nuevos',
        '11 mensajes nuevos',
        '21 mensajes nuevos',
        '22 mensajes nuevos',
        '25 mensajes nuevos',
        '100 mensajes nuevos',
        '101 mensajes nuevos',
        '1,5 mensajes nuevos',
        '1.000.000 de mensajes nuevos',
      ],
    ],
    [
      'ar',
      [
        'لا رسائل جديدة',
        'رسالة جديدة واحدة',
        'رسالتان جديدتان',
        '3 رسائل جديدة',
        '5 رسائل جديدة',
        '11 رسالة جديدة',
        '21 رسالة جديدة',
        '22 رسالة جديدة',
        '25 رسالة جديدة',
        '100 رسالة جديدة',
        '101 رسالة جديدة',
        '1.5 رسالة جديدة',
        '1,000,000 رسالة جديدة',
      ],
    ],
  ])('%s', (language, texts) => {
    expect(COUNTS.map((count) => CATALOGUES[language].home.unread(count))).toEqual(texts)
  })
})
