/** The catalogue in use. English is the pattern: the compiler finds what another language lacks. */
import type { en } from './en.js'
import type { Language } from './locale.js'

export type Catalogue = typeof en

/** There before anything is drawn, another one after a choice: read it while drawing, never keep a part of it. */
export let t: Catalogue

/** Each comes when it is needed; the stored app [C2] keeps them all, so that another one can be chosen without the server. */
const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => (await import('./en.js')).en,
  es: async () => (await import('./es.js')).es,
  ar: async () => (await import('./ar.js')).ar,
}

export async function speak(language: Language): Promise<void> {
  t = await CATALOGUES[language]()
}
