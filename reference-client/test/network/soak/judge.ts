/** What two vaults hold at a rest, compared with what was said: nothing lost, nothing twice, order kept, no other bytes. */
import type { Story } from '../../../../sdk/test/fixtures/mortal/story.js'

export interface SeenLine {
  readonly id: string
  readonly position: number
  readonly outgoing: boolean
  /** What a text says, or a file's name; absent if it was deleted. */
  readonly text?: string
  /** Of the two people, as this side sees them; '' if there is none. */
  readonly own: string
  readonly theirs: string
  /** Of a file that came: its SHA-256 in hex, or what it has come to otherwise. */
  readonly file?: string
}

export const PEOPLE = ['ana', 'ben'] as const
export type Who = (typeof PEOPLE)[number]

/** What the two were told, and what was begun when they were killed. */
export interface Said {
  /** Texts and names of files are nobody else's, and begin with a number of their author's: they ascend. */
  readonly story: Story
  /** By id, with what it was sent: the number of what was deleted. */
  readonly first: ReadonlyMap<string, string>
  /** SHA-256 of each file, by name. */
  readonly files: ReadonlyMap<string, string>
  /** By `reactionKey`: what it may be, '' for none. */
  readonly reactions: ReadonlyMap<string, readonly string[]>
}

export type Seen = Readonly<Record<Who, readonly SeenLine[]>>

export const reactionKey = (who: Who, id: string) => `${who} ${id}`
const numberOf = (text: string) => Number.parseInt(text, 10)

/** One line for each fault; none if all is well. Neither vault has anything under way. */
export function faults(said: Said, seen: Seen): string[] {
  return [
    ...PEOPLE.flatMap((holder) => vaultFaults(said, holder, seen[holder])),
    ...PEOPLE.flatMap((author) => betweenFaults(author, seen)),
  ]
}

/** One vault against what was said. */
function vaultFaults({ story, first, files, reactions }: Said, holder: Who, lines: readonly SeenLine[]): string[] {
  const found: string[] = []
  const byId = new Map(lines.map((line) => [line.id, line]))
  if (byId.size < lines.length) found.push(`${holder} has an id twice`)
  for (const [id, { who, forms }] of story.messages) {
    // What is taken back while it waits is never sent.
    const isOwed = who === holder || !forms.includes(undefined)
    if (isOwed && !byId.has(id)) found.push(`${holder} lost ${first.get(id)}`)
  }
  const last: Record<Who, number> = { ana: -1, ben: -1 }
  const numbers: Record<Who, Set<number>> = { ana: new Set(), ben: new Set() }
  for (const line of lines) {
    const { id, text, outgoing, own, file } = line
    const author = outgoing === (holder === 'ana') ? 'ana' : 'ben'
    const told = story.messages.get(id)
    const name = first.get(id) ?? text ?? id
    if (told === undefined && (text === undefined || !story.begun.has(text)))
      found.push(`${holder} has ${name}, unsaid`)
    if (told !== undefined && told.who !== author) found.push(`${holder} has ${name} as another's`)
    if (told !== undefined && !told.forms.includes(text))
      found.push(`${holder} has ${text} for ${told.forms.join(' or ')}`)
    const number = numberOf(name)
    if (numbers[author].has(number)) found.push(`${holder} has ${name} twice`)
    else if (number < last[author]) found.push(`${holder} has ${name} behind ${last[author]} of ${author}`)
    numbers[author].add(number)
    last[author] = Math.max(last[author], number)
    if (file !== undefined && file !== files.get(name)) found.push(`${holder} has other bytes of ${name}: ${file}`)
    const reacted = reactions.get(reactionKey(holder, id))
    if (text !== undefined && reacted !== undefined && !reacted.includes(own)) {
      found.push(`${holder} has ${own} at ${name} for ${reacted.join(' or ')}`)
    }
  }
  return found
}

/** What one wrote, as both have it. */
function betweenFaults(author: Who, seen: Seen): string[] {
  const reader = author === 'ana' ? 'ben' : 'ana'
  const written = seen[author].filter(({ outgoing }) => outgoing)
  const come = seen[reader].filter(({ outgoing }) => !outgoing)
  const found: string[] = []
  const byId = new Map(come.map((line) => [line.id, line]))
  for (const line of written) {
    const other = byId.get(line.id)
    byId.delete(line.id)
    if (other === undefined) {
      if (line.text !== undefined) found.push(`${line.text} of ${author} did not come to ${reader}`)
    } else if (other.text !== line.text) found.push(`${reader} has ${other.text} for ${line.text} of ${author}`)
    else if (line.text !== undefined && (other.own !== line.theirs || other.theirs !== line.own)) {
      found.push(`reactions to ${line.text} differ: ${line.own} ${line.theirs}, ${other.theirs} ${other.own}`)
    }
  }
  for (const { text } of byId.values()) found.push(`${reader} has ${text} of ${author}, who has not`)
  return found
}
