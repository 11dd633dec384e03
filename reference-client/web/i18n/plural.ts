/** The form of a counted text by the language's own rules. */
import { type Language, locale } from './locale.js'

/** What each language tells apart (Unicode CLDR, "Language Plural Rules"). */
export const CATEGORIES = {
  en: ['one', 'other'],
  es: ['one', 'many', 'other'],
  ar: ['zero', 'one', 'two', 'few', 'many', 'other'],
} as const satisfies Readonly<Record<Language, readonly Intl.LDMLPluralRule[]>>

export type Forms<L extends Language> = Readonly<Record<(typeof CATEGORIES)[L][number], string>>

/** `#` in a form is the number, where the form does not say it in a word. */
export function plural<L extends Language>(language: L, count: number, forms: Forms<L>): string {
  const category = new Intl.PluralRules(language).select(count)
  const form = (forms as Readonly<Record<string, string>>)[category]
  if (form === undefined) throw new Error(`${language} has no form for ${category}`)
  return form.replace('#', new Intl.NumberFormat(locale(language)).format(count))
}
