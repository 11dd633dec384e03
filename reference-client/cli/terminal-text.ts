/** Text of other people on a terminal: it must not move the cursor, colour lines or turn the text after it around. */

/** C0 without line feed and tab, DEL, C1: a terminal obeys them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach the terminal
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Direction marks, embeddings and isolates, line separators, invisible tags. */
const INVISIBLE = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** A text that stays where it is printed; what could act is shown by its number. */
export function terminalText(text: string): string {
  return text.replace(CONTROLS, visible).replace(INVISIBLE, visible)
}

/** The same for a name or anything else that has to stay on one line. */
export function terminalLine(text: string): string {
  return terminalText(text).replace(/[\n\t]/g, visible)
}

function visible(char: string): string {
  return `<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`
}

/** One line of JSON in which every such character is escaped, so that it can be looked at as it is. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (char) => {
      return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
    },
  )
}
