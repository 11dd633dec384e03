/** The rules of a chapter, as spec/00 section 1 numbers them, and the sentences that oblige without being one. */

/** The strongest word of RFC 2119 in a rule; undefined: it states a fact that follows from others. */
export type Strength = 'MUST' | 'SHOULD' | 'MAY' | undefined

export interface Rule {
  /** `06-30`. */
  readonly id: string
  readonly path: string
  readonly line: number
  readonly strength: Strength
}

export interface Stray {
  readonly path: string
  readonly line: number
  readonly text: string
}

export interface ChapterRules {
  readonly rules: readonly Rule[]
  readonly strays: readonly Stray[]
}

/** A rule's number where it is given, or a word that obliges. In bold a word is only spoken of. */
const MARK = /\*\*(\d\d-\d+)\*\*|(?<!\*)\b(MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED|MAY)\b(?!\*)/g

const STRENGTHS: Readonly<Record<string, Exclude<Strength, undefined>>> = {
  MUST: 'MUST',
  SHALL: 'MUST',
  REQUIRED: 'MUST',
  SHOULD: 'SHOULD',
  RECOMMENDED: 'SHOULD',
  MAY: 'MAY',
}

const ORDER: readonly Strength[] = [undefined, 'MAY', 'SHOULD', 'MUST']

function stronger(a: Strength, b: Strength): Strength {
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b
}

/** A rule reaches from its number to the next one, to the next item of a list, or to the end of its paragraph with what is indented below. */
function endsRule(line: string, afterBlank: boolean): boolean {
  return /^(#|- )/.test(line) || (afterBlank && !/^[\s|\d]/.test(line))
}

export function rulesOf(path: string, text: string): ChapterRules {
  const rules: Rule[] = []
  const strays: Stray[] = []
  let isOpen = false
  let isCode = false
  let afterBlank = true
  text.split('\n').forEach((content, index) => {
    if (content.startsWith('```')) isCode = !isCode
    if (isCode) return
    if (content.trim() === '') {
      afterBlank = true
      return
    }
    if (endsRule(content, afterBlank)) isOpen = false
    afterBlank = false
    const line = index + 1
    for (const [, id, word] of content.matchAll(MARK)) {
      const last = rules.at(-1)
      if (id !== undefined) {
        rules.push({ id, path, line, strength: undefined })
        isOpen = true
      } else if (isOpen && last !== undefined && word !== undefined) {
        rules[rules.length - 1] = { ...last, strength: stronger(last.strength, STRENGTHS[word]) }
      } else if (word !== 'MAY') strays.push({ path, line, text: content.trim() })
    }
  })
  return { rules, strays }
}

/** A rule as it is cited: no date, no part of a longer number or name, and of a chapter that there is. */
const CITATION = /(?<![\w.-])((?:0\d|1[0-5])-\d{1,3})(?![\w.-]*\w)/g

export function citationsIn(text: string): string[] {
  return [...text.matchAll(CITATION)].map((match) => match[1] ?? '')
}
