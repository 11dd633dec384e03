/** The commands of the deploy guide, as they stand there. */
import { readRepositoryFile } from '../verify/check.js'

export const GUIDE = 'docs/guides/deploy.md'

export interface Block {
  /** The way that it belongs to. */
  readonly way: string
  readonly language: string
  readonly text: string
}

const BLOCK = /^(?:<!-- deploy: (.+) -->\n)?```(\w+)\n([\s\S]*?)^```$/gm

/** In order. A block without a mark has the way `none`. */
export function guideBlocks(text = readRepositoryFile(GUIDE)): Block[] {
  return [...text.matchAll(BLOCK)].map(([, way = 'none', language = '', body = '']) => ({ way, language, text: body }))
}

/** All that the guide has to be replaced: what stands right of the signs of its first block. */
export function withValues(block: string, values: Readonly<Record<string, string>>): string {
  const names = [...block.matchAll(/^export ([A-Z]+)=(.*)$/gm)].map(([, name = '']) => name)
  if (names.length !== block.trim().split('\n').length) throw new Error('the values are not one a line')
  return names.map((name) => `export ${name}='${values[name] ?? ''}'\n`).join('')
}
