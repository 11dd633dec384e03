/** The catalogue in use. A further language is one more file of the same type; the compiler finds what it lacks. */
import { en } from './en.js'

export type Catalogue = typeof en

export const t: Catalogue = en
