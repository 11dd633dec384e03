/** Typed recovery words (spec/03): capitals, blanks around and compatibility forms make no difference. */
export function normalWord(typed: string): string {
  return typed.normalize('NFKD').trim().toLowerCase()
}

/** Whether a typed word is the word; both are public list words, so no constant-time comparison is needed. */
export function sameWord(typed: string, word: string): boolean {
  return normalWord(typed) === normalWord(word)
}
