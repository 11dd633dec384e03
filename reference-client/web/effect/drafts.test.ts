import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { createDrafts } from './drafts.js'

/** A vault whose writes end when the test says so. */
function slowVault() {
  const kept = new Map<string, string>()
  const open: { readonly contact: string; end(isWritten: boolean): void }[] = []
  const drafts = createDrafts((contact) => ({
    changeSettings: ({ draft }: { readonly draft: string }) =>
      new Promise<void>((resolve, reject) => {
        open.push({
          contact,
          end(isWritten) {
            if (isWritten) kept.set(contact, draft)
            if (isWritten) resolve()
            else reject(new Error('full'))
          },
        })
      }),
  }))
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { kept, open, drafts, settle }
}

it('a draft goes to the vault with its key, not after a while', () => {
  const { open, drafts } = slowVault()
  drafts.keep('ana', 'h')
  expect(open).toHaveLength(1)
})

it('writes one text of a contact at a time, the newest last, whatever is typed and however writes end', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('type' as const), contact: fc.constantFrom('ana', 'ben'), text: fc.string() }),
    fc.record({ kind: fc.constant('end' as const), isWritten: fc.boolean() }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { kept, open, drafts, settle } = slowVault()
      const typed = new Map<string, string>()
      const end = async (isWritten: boolean): Promise<void> => {
        open.shift()?.end(isWritten)
        await settle()
      }
      for (const one of steps) {
        if (one.kind === 'end') await end(one.isWritten)
        else {
          typed.set(one.contact, one.text)
          drafts.keep(one.contact, one.text)
        }
        const contacts = open.map(({ contact }) => contact)
        expect(new Set(contacts).size).toBe(contacts.length)
      }
      for (const [contact, text] of typed) drafts.keep(contact, text)
      const flushed = drafts.flush()
      while (open.length > 0) await end(true)
      await flushed
      expect(kept).toEqual(typed)
    }),
    { numRuns: cases('property.sealing') },
  )
})

it('of many keys during one write only the last is written', async () => {
  const { kept, open, drafts, settle } = slowVault()
  for (const text of ['h', 'he', 'her', 'hero', 'heron']) drafts.keep('ana', text)
  open.shift()?.end(true)
  await settle()
  expect(open).toHaveLength(1)
  open.shift()?.end(true)
  await drafts.flush()
  expect(open).toHaveLength(0)
  expect(kept.get('ana')).toBe('heron')
})
