/** What another app shared with this one (spec/05 section 12). In memory only; the files stay with the effects. */
export interface SharedFile {
  readonly name: string
  readonly size: number
}

export type ShareProblem = 'gone' | 'too_large'

export type Share =
  | { readonly stage: 'waiting'; readonly text: string; readonly files: readonly SharedFile[] }
  | { readonly stage: ShareProblem }
