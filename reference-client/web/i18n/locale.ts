/** The languages of the app, and which one somebody gets. */

export const LANGUAGES = ['en', 'es', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]

/** Each in its own words, so that whoever reads no other finds it. */
export const OWN_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español', ar: 'العربية' }

export const DIRECTIONS: Readonly<Record<Language, 'ltr' | 'rtl'>> = { en: 'ltr', es: 'ltr', ar: 'rtl' }

export function isLanguage(text: unknown): text is Language {
  return LANGUAGES.some((language) => language === text)
}

const base = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? ''

/** The first that somebody prefers and that there is. `tags`: as the browser tells them. */
export function preferred(tags: readonly string[]): Language {
  return tags.map(base).find(isLanguage) ?? 'en'
}

/** The person's own variety of a language, so that times and numbers look as they are used to. */
export function locale(language: Language): string {
  const tags = globalThis.navigator?.languages ?? []
  return tags.find((tag) => base(tag) === language) ?? language
}
