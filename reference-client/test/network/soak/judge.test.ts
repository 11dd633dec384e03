import { beforeEach, describe, expect, it } from 'vitest'
import { Story } from '../../../../sdk/test/fixtures/mortal/story.js'
import { faults, reactionKey, type Said, type Seen, type SeenLine, type Who } from './judge.js'

const HASH = 'a'.repeat(64)
let said: Said & { readonly reactions: Map<string, string[]> }
let seen: Record<Who, SeenLine[]>

/** Ana's four and Ben's two, the last of each a file; Ana's second was edited, her third taken back; one text never got its answer. */
beforeEach(() => {
  const story = new Story()
  const first = new Map<string, string>()
  const say = (who: Who, id: string, text: string) => {
    story.hear({ say: 'send', who, text })
    story.hear({ say: 'sent', who, id, text })
    first.set(id, text)
  }
  say('ana', 'a0', '0')
  say('ana', 'a1', '1')
  say('ana', 'a2', '2')
  say('ana', 'a4', '4.bin')
  say('ben', 'b0', '0')
  say('ben', 'b1', '1.bin')
  story.hear({ say: 'edit', who: 'ana', id: 'a1', text: '1 again' })
  story.hear({ say: 'edited', who: 'ana', id: 'a1', text: '1 again' })
  story.hear({ say: 'delete', who: 'ana', id: 'a2' })
  story.hear({ say: 'deleted', who: 'ana', id: 'a2' })
  story.hear({ say: 'send', who: 'ana', text: '3' })
  const files = new Map([
    ['4.bin', HASH],
    ['1.bin', HASH],
  ])
  said = { story, first, files, reactions: new Map([[reactionKey('ben', 'a0'), ['👍']]]) }
  const line = (id: string, outgoing: boolean, text?: string, more: Partial<SeenLine> = {}): SeenLine => {
    return { id, position: 0, outgoing, ...(text !== undefined && { text }), own: '', theirs: '', ...more }
  }
  seen = {
    ana: [
      line('a0', true, '0', { theirs: '👍' }),
      line('b0', false, '0'),
      line('a1', true, '1 again'),
      line('a2', true),
      line('a3', true, '3'),
      line('b1', false, '1.bin', { file: HASH }),
      line('a4', true, '4.bin'),
    ],
    ben: [
      line('b0', true, '0'),
      line('a0', false, '0', { own: '👍' }),
      line('b1', true, '1.bin'),
      line('a1', false, '1 again'),
      line('a2', false),
      line('a3', false, '3'),
      line('a4', false, '4.bin', { file: HASH }),
    ],
  }
})

const judged = () => faults(said, seen as Seen).join('; ')

function change(who: Who, id: string, to: Partial<SeenLine>): void {
  seen[who] = seen[who].map((one) => (one.id === id ? { ...one, ...to } : one))
}

describe('the judge of the soak', () => {
  it('has nothing to say where all is well, whether or not the last before a kill is there', () => {
    expect(judged()).toBe('')
    for (const who of ['ana', 'ben'] as const) seen[who] = seen[who].filter(({ id }) => id !== 'a3')
    expect(judged()).toBe('')
  })

  it('finds what is lost: at one side, at both, and before it was acknowledged', () => {
    seen.ben = seen.ben.filter(({ id }) => id !== 'a0')
    expect(judged()).toContain('ben lost 0; ')
    expect(judged()).toContain('0 of ana did not come to ben')
    seen.ana = seen.ana.filter(({ id }) => id !== 'a0')
    expect(judged()).toBe('ana lost 0; ben lost 0')
  })

  it('finds at one end what the other has not, of what was begun too', () => {
    seen.ben = seen.ben.filter(({ id }) => id !== 'a3')
    expect(judged()).toBe('3 of ana did not come to ben')
  })

  it('wants what was taken back at its author only: it may never have left', () => {
    seen.ben = seen.ben.filter(({ id }) => id !== 'a2')
    expect(judged()).toBe('')
    seen.ana = seen.ana.filter(({ id }) => id !== 'a2')
    expect(judged()).toBe('ana lost 2')
  })

  it('finds what is there twice, under one id and under two', () => {
    seen.ben.push(seen.ben[1] as SeenLine)
    expect(judged()).toContain('ben has an id twice')
    seen.ben.pop()
    for (const who of ['ana', 'ben'] as const)
      seen[who].push({ ...(seen[who].find(({ id }) => id === 'a3') as SeenLine), id: 'a33' })
    expect(judged()).toBe('ana has 3 twice; ben has 3 twice')
  })

  it('finds what stands in another order', () => {
    seen.ben = [...seen.ben.filter(({ id }) => id !== 'a1'), seen.ben.find(({ id }) => id === 'a1') as SeenLine]
    expect(judged()).toBe('ben has 1 behind 4 of ana')
  })

  it('finds the order of what was deleted too', () => {
    seen.ana = [...seen.ana.filter(({ id }) => id !== 'a2'), seen.ana.find(({ id }) => id === 'a2') as SeenLine]
    expect(judged()).toBe('ana has 2 behind 4 of ana')
  })

  it('finds other bytes: of a text, of an edit that did not come, of what was deleted, of a file', () => {
    change('ben', 'a1', { text: '1' })
    expect(judged()).toContain('ben has 1 for 1 again')
    change('ben', 'a1', { text: '1 again' })
    change('ben', 'a2', { text: '2' })
    expect(judged()).toContain('ben has 2 for ')
    seen.ben = seen.ben.map(({ text, ...one }) => (one.id === 'a2' || text === undefined ? one : { ...one, text }))
    expect(judged()).toBe('')
    change('ben', 'a4', { file: 'b'.repeat(64) })
    expect(judged()).toContain('ben has other bytes of 4.bin')
    change('ben', 'a4', { file: 'accepted' })
    expect(judged()).toContain('ben has other bytes of 4.bin: accepted')
  })

  it('finds what nobody said, and what comes under the name of the other', () => {
    for (const who of ['ana', 'ben'] as const) change(who, 'a3', { text: '3 of somebody' })
    expect(judged()).toContain('ana has 3 of somebody, unsaid')
    for (const who of ['ana', 'ben'] as const) change(who, 'a3', { text: '3' })
    change('ana', 'b0', { outgoing: true })
    expect(judged()).toContain("ana has 0 as another's")
  })

  it('finds reactions that are lost or differ', () => {
    change('ana', 'a0', { theirs: '' })
    expect(judged()).toContain('reactions to 0 differ')
    change('ben', 'a0', { own: '' })
    expect(judged()).toBe('ben has  at 0 for 👍')
  })
})
