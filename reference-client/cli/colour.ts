/** Emphasis on a terminal, unless NO_COLOR (https://no-color.org) or a dumb terminal asks for none. */

export interface Paint {
  bold(text: string): string
  dim(text: string): string
}

const PLAIN: Paint = { bold: (text) => text, dim: (text) => text }
const ANSI: Paint = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
}

export function paintFor(isTerminal: boolean, environment: NodeJS.ProcessEnv = process.env): Paint {
  const isPlain = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
  return isTerminal && !isPlain ? ANSI : PLAIN
}
