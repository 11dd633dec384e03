/** What a notification says, apart from the app's catalogue: the service worker loads nothing else. No name, no count. */
const EN = { title: 'Solo2', text: 'Somebody wants to reach you', lang: 'en' }

const TEXTS: ReadonlyMap<string, typeof EN> = new Map([['en', EN]])

/** `languages`: as the browser prefers them. */
export function notificationText(languages: readonly string[]): typeof EN {
  const known = languages.map((language) => TEXTS.get(language.split('-')[0] ?? ''))
  return known.find((text) => text !== undefined) ?? EN
}
