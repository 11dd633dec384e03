/** The languages of the page: English is the pattern. */
import { AR } from './ar.js'
import { EN } from './en.js'
import { ES } from './es.js'

type Words<T> = T extends string
  ? string
  : T extends readonly (infer One)[]
    ? readonly Words<One>[]
    : { readonly [Key in keyof T]: Words<T[Key]> }

export type Texts = Words<typeof EN>

export const LANGUAGES: readonly Texts[] = [EN, ES, AR]
