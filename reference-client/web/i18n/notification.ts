/**
 * What a notification says, apart from the app's catalogue: the service worker is one file that loads nothing else, and cannot read
 * what was chosen in the app, so that it goes by the browser. No name, no count.
 */
import type { Language } from './locale.js'

interface Told {
  readonly title: string
  readonly text: string
  readonly lang: Language
}

const EN: Told = { title: 'Solo2', text: 'Somebody wants to reach you', lang: 'en' }

const TEXTS: ReadonlyMap<string, Told> = new Map<Language, Told>([
  ['en', EN],
  ['es', { title: 'Solo2', text: 'Alguien quiere contactar contigo', lang: 'es' }],
  ['ar', { title: 'Solo2', text: 'أحدهم يريد التواصل معك', lang: 'ar' }],
])

/** `languages`: as the browser prefers them. */
export function notificationText(languages: readonly string[]): Told {
  const known = languages.map((language) => TEXTS.get(language.split('-')[0] ?? ''))
  return known.find((text) => text !== undefined) ?? EN
}
