/** Pictures and voice notes: what is asked before something goes, and what a received file may be. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROTOCOL } from '../../sdk/src/limits.js'
import { cases } from '../../tools/cases.js'
import type { Action } from './action.js'
import type { Command } from './command.js'
import { kindOf } from './effect/open-media.js'
import { packed, renamed, thumbnailSize } from './effect/picture.js'
import type { Media } from './sdk.js'
import { initialState, type State } from './state.js'
import { update } from './update.js'

const ANA = 'a'.repeat(64)
const empty: State = initialState({
  ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
  language: { chosen: 'system', shown: 'en' },
})
const seen: Media = { kind: 'picture', width: 1, height: 1, pixels: Uint8Array.of(1, 2) }

function run(state: State, ...actions: Action[]): { readonly state: State; readonly commands: readonly Command[] } {
  let commands: readonly Command[] = []
  let now = state
  for (const action of actions) [now, commands] = update(now, action)
  return { state: now, commands }
}

const picked = (...names: readonly string[]) =>
  names.map((name) => ({
    key: name,
    file: new File(['x'], name, { type: name.endsWith('.bin') ? '' : `image/${name.split('.')[1]}` }),
  }))
const attach = (...names: readonly string[]): Action => ({ type: 'attach', contact: ANA, files: picked(...names) })
const looked = (key: string, media: Media | undefined): Action => ({ type: 'picture_looked', key, media })
const keysOf = ({ media }: State) => media.pictures?.picked.map(({ key }) => key)

describe('pictures that were picked', () => {
  it('wait to be looked at; other files, drawings among them, are offered at once', () => {
    const { state, commands } = run(empty, attach('a.jpeg', 'b.bin', 'c.svg+xml', 'd.png'))
    expect(keysOf(state)).toEqual(['a.jpeg', 'd.png'])
    expect(state.preparing.map(({ key }) => key)).toEqual(['b.bin', 'c.svg+xml'])
    expect(commands.map(({ type }) => type)).toEqual(['offer', 'offer', 'hold_pictures'])
  })

  it('go without what their files hold, and what cannot be read stays behind', () => {
    const before = [attach('a.jpeg', 'b.heic'), looked('a.jpeg', seen), looked('b.heic', undefined)] as const
    const { state, commands } = run(empty, ...before, { type: 'pictures_send' })
    expect(commands).toEqual([{ type: 'ready_pictures', contact: ANA, keys: ['a.jpeg'], original: false }])
    expect(keysOf(state)).toEqual(['b.heic'])
    const again = run(state, { type: 'pictures_send' })
    expect(again.commands).toEqual([])
    const asIs = run(state, { type: 'pictures_original', original: true }, { type: 'pictures_send' })
    expect(asIs.commands).toEqual([{ type: 'ready_pictures', contact: ANA, keys: ['b.heic'], original: true }])
    expect(asIs.state.media.pictures).toBeUndefined()
  })

  it('do not go before they were looked at, and are let go when they are left out', () => {
    const { state } = run(empty, attach('a.jpeg', 'b.png'))
    expect(run(state, { type: 'pictures_send' }).commands).toEqual([])
    const less = run(state, { type: 'picture_dropped', key: 'a.jpeg' })
    expect(less.commands).toEqual([{ type: 'drop_pictures', keys: ['a.jpeg'] }])
    expect(keysOf(less.state)).toEqual(['b.png'])
    expect(run(less.state, { type: 'pictures_dropped' }).commands).toEqual([{ type: 'drop_pictures', keys: ['b.png'] }])
  })

  it('of another contact make place for the new ones', () => {
    const { state } = run(empty, attach('a.jpeg'))
    const { state: next, commands } = run(state, { type: 'attach', contact: 'b', files: picked('b.png') })
    expect(commands[0]).toEqual({ type: 'drop_pictures', keys: ['a.jpeg'] })
    expect(keysOf(next)).toEqual(['b.png'])
  })
})

describe('a voice note', () => {
  const wanted: Action = { type: 'voice_wanted', contact: ANA }
  const recorded: Action = { type: 'voice_recorded', ms: 900, url: 'blob:x' }

  it('is recorded, heard, then sent, once', () => {
    const { state } = run(empty, wanted, { type: 'voice_recording', ms: 200 }, recorded)
    expect(state.media.voice).toMatchObject({ stage: 'recorded', ms: 900 })
    const sent = run(state, { type: 'voice_send', key: 'k', name: 'n' })
    expect(sent.commands).toEqual([{ type: 'ready_voice', contact: ANA, key: 'k', name: 'n' }])
    expect(run(sent.state, { type: 'voice_send', key: 'k', name: 'n' }).commands).toEqual([{ type: 'drop_voice' }])
  })

  it('that was dropped lets the microphone go, whatever still comes of it', () => {
    const { state, commands } = run(empty, wanted, { type: 'voice_dropped' })
    expect(commands).toEqual([{ type: 'drop_voice' }])
    for (const late of [recorded, { type: 'voice_recording', ms: 1 } as const]) {
      const after = run(state, late)
      expect(after.commands).toEqual([{ type: 'drop_voice' }])
      expect(after.state.media.voice).toBeUndefined()
    }
  })

  it('ends when its conversation leaves the screen; one that can be heard stays', () => {
    const { state } = run(empty, wanted, { type: 'voice_recording', ms: 200 })
    const left = run(state, { type: 'voice_left' })
    expect(left.state.media.voice).toBeUndefined()
    expect(left.commands).toEqual([{ type: 'drop_voice' }])
    expect(run(state, recorded, { type: 'voice_left' }).state.media.voice).toMatchObject({ stage: 'recorded' })
  })
})

describe('what was received', () => {
  const open: Action = { type: 'media_open', contact: ANA, file: 'f' }
  const opened: Action = { type: 'media_opened', file: 'f', opened: { kind: 'picture', url: 'blob:y' } }

  it('is shown when asked for, and let go when it leaves the screen, also before it was there', () => {
    const { state, commands } = run(empty, open)
    expect(commands).toEqual([{ type: 'open_media', contact: ANA, file: 'f' }])
    expect(run(state, opened).state.media.shown).toEqual({ f: { stage: 'open', kind: 'picture', url: 'blob:y' } })
    expect(run(state, opened, { type: 'media_close', file: 'f' }).commands).toEqual([
      { type: 'close_media', file: 'f' },
    ])
    const late = run(state, { type: 'media_close', file: 'f' }, opened)
    expect(late.state.media.shown).toEqual({})
    expect(late.commands).toEqual([{ type: 'close_media', file: 'f' }])
  })

  const text = (value: string) => new TextEncoder().encode(value)
  it.each([
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg'],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'image/png'],
    ['a WebP', text('RIFF....WEBPVP8 '), 'image/webp'],
    ['WebM', Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3), 'audio/webm'],
    ['Ogg', text('OggS\0\x02'), 'audio/ogg'],
    ['MP4', text('....ftypM4A '), 'audio/mp4'],
    ['a drawing', text('<svg xmlns="http://www.w3.org/2000/svg"/>'), undefined],
    ['a page', text('<!doctype html>'), undefined],
    ['a PDF', text('%PDF-1.7'), undefined],
    ['RIFF of another kind', text('RIFF....WAVEfmt '), undefined],
    ['half a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), undefined],
    ['nothing', new Uint8Array(0), undefined],
  ])('is known by its first bytes: %s', (_, bytes, type) => {
    expect(kindOf(bytes)?.type).toBe(type)
  })
})

describe('a thumbnail', () => {
  it('of any picture keeps the limit, has a pixel at least, and is never larger than the picture', () => {
    const side = fc.integer({ min: 1, max: 100_000 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        const [small, low] = thumbnailSize(width, height)
        expect(2 * small * low).toBeLessThanOrEqual(PROTOCOL.THUMBNAIL_BYTES)
        expect(small >= 1 && low >= 1 && small <= width && low <= height).toBe(true)
      }),
      { numRuns: cases(200, 20_000) },
    )
    expect(thumbnailSize(4_000, 3_000)).toEqual([104, 78])
    expect(thumbnailSize(60, 40)).toEqual([60, 40])
  })

  it('has 5 bits of red, 6 of green, 5 of blue, the low byte first', () => {
    const rgba = Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255)
    expect([...packed(rgba)]).toEqual([0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00, 0xff, 0xff])
  })
})

it.each([
  ['walk.JPEG', 'jpg', 'walk.JPEG'],
  ['walk.heic', 'jpg', 'walk.jpg'],
  ['no extension', 'png', 'no extension.png'],
  ['a.b.webp', 'png', 'a.b.png'],
])('%s encoded as %s is called %s', (name, extension, expected) => {
  expect(renamed(name, extension)).toBe(expected)
})
