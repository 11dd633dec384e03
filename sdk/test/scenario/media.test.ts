/** What a file is said to be, a voice note or a picture: kept on both devices, and gone with its message. */
import { expect, test } from 'vitest'
import type { Media } from '../../src/content/forms.js'
import { memorySource } from '../../src/testing.js'
import { comeBack, contactOf, type Person, pair, passing, until } from '../fixtures/people.js'

const BYTES = new Uint8Array(900).fill(7)
const picture: Media = { kind: 'picture', width: 2, height: 1, pixels: Uint8Array.of(1, 2, 3, 4) }
const voice: Media = { kind: 'voice', durationMs: 4_200 }

const transfersOf = (person: Person) => contactOf(person).transfers.map(({ name, media }) => ({ name, media }))

async function offered() {
  const { world, ana, ben } = await pair()
  const offer = (name: string, media?: Media) =>
    passing(world, contactOf(ana).offerFile(memorySource(name, BYTES), media === undefined ? {} : { media }))
  await offer('walk.jpg', picture)
  await offer('note.webm', voice)
  await offer('plain.bin')
  await until(world, () => contactOf(ben).transfers.length === 3)
  return { world, ana, ben, offer }
}

test('a picture with its thumbnail and a voice note are what they are at both ends, whatever is opened anew', async () => {
  const { world, ana, ben } = await offered()
  const expected = [
    { name: 'walk.jpg', media: picture },
    { name: 'note.webm', media: voice },
    { name: 'plain.bin', media: undefined },
  ]
  for (const person of [ana, ben]) {
    expect(transfersOf(person)).toEqual(expected)
    const bodies = (await contactOf(person).messages()).map(({ body }) => (body.kind === 'file' ? body.media : body))
    expect(bodies).toEqual([picture, voice, undefined])
    await passing(world, person.me.lock())
    await comeBack(world, person)
    const sorted = transfersOf(person).sort((a, b) => b.name.localeCompare(a.name))
    expect(sorted).toEqual([...expected].sort((a, b) => b.name.localeCompare(a.name)))
  }
})

test('what breaks a limit is refused before anything is queued', async () => {
  const { world, ana, offer } = await offered()
  const wrong: Media[] = [
    { kind: 'voice', durationMs: 0 },
    { ...picture, width: 3 },
    { ...picture, height: 0, pixels: new Uint8Array(0) },
  ]
  for (const media of wrong) {
    await expect(offer('wrong.jpg', media)).rejects.toMatchObject({ code: 'invalid_argument' })
  }
  expect(transfersOf(ana).map(({ name }) => name)).not.toContain('wrong.jpg')
  await passing(world, ana.me.lock())
})

test('a thumbnail goes with the message that brought it', async () => {
  const { world, ana, ben } = await offered()
  const [message] = await contactOf(ana).messages()
  await passing(world, contactOf(ana).delete(message?.id ?? ''))
  await until(world, () => contactOf(ben).transfers.length === 2)
  for (const person of [ana, ben]) {
    await passing(world, person.me.lock())
    await comeBack(world, person)
    expect(transfersOf(person).some(({ media }) => media?.kind === 'picture')).toBe(false)
  }
})
