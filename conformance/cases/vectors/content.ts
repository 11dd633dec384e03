/** `content.json`: contents of each kind, contents that are kept unknown, refused ones. */
import { ContentFields } from '@solo2/proto/conformance'
import {
  Content,
  Delete,
  Edit,
  FileCancel,
  FileOffer,
  FileRefusal,
  Picture,
  Place,
  Reaction,
  Read,
  Text,
  Timer,
  Voice,
} from '@solo2/proto/content'
import { ensureKept } from '../../src/case.js'
import { contentVectors } from './data.js'
import { answerOf, bytesOf, ensureRefused, ensureSame, hex, unhex, type VectorCase, vectorCase } from './judge.js'
import { wireOf } from './wire.js'

const { contents, unknown, refusals } = contentVectors
const file = 'content'

const BODIES = {
  text: Text,
  fileRefusal: FileRefusal,
  fileCancel: FileCancel,
  edit: Edit,
  delete: Delete,
  reaction: Reaction,
  timer: Timer,
  place: Place,
  read: Read,
} as const

type Fields = (typeof contents)[number]['body']['fields']

function offerOf({ voice, picture, ...fields }: Fields): FileOffer {
  const offer = wireOf(FileOffer, fields)
  if (voice !== undefined) return { ...offer, media: { $case: 'voice', value: wireOf(Voice, voice as Fields) } }
  if (picture !== undefined) return { ...offer, media: { $case: 'picture', value: wireOf(Picture, picture as Fields) } }
  return offer
}

function bodyOf({ kind, fields }: (typeof contents)[number]['body']): ContentFields['body'] {
  if (kind === 'fileOffer') return { $case: kind, value: offerOf(fields) }
  return { $case: kind, value: wireOf<object>(BODIES[kind as keyof typeof BODIES], fields) } as ContentFields['body']
}

/** One may receive it, and need not be able to send it. */
const ONLY_RECEIVED: ReadonlySet<string> = new Set([
  'reaction that is no emoji: kept, not shown',
  'reaction with a life: ignored',
])

const soundCases = contents.map(({ name, envelope, body, content }) =>
  vectorCase({
    file,
    group: 'content',
    name,
    title: `writes and reads: ${name}`,
    promises: [],
    rules: ['00-1', '10-2', '10-40'],
    explain: 'What people send each other, as bytes, both ways. A difference loses a message or ends the tunnel.',
    async run(testee) {
      const fields: ContentFields = { envelope: wireOf(Content, { ...envelope }), body: bodyOf(body) }
      if (!ONLY_RECEIVED.has(name)) {
        ensureSame('encoded', await bytesOf(testee, { $case: 'encodeContent', value: { content: fields } }), content)
      }
      const read = { $case: 'decodeContent', value: { content: unhex(content) } } as const
      const got = await answerOf(testee, read, 'content')
      const whole = { ...fields, envelope: Content.decode(unhex(content)) }
      ensureSame('decoded', encoded(got), encoded(whole))
    },
  }),
)

const unknownCases = unknown.map(({ name, comment, content }) =>
  vectorCase({
    file,
    group: 'unknown',
    name,
    title: `keeps what it does not know: ${name}`,
    promises: [],
    rules: ['10-4'],
    explain: `${comment} It is kept as it is, acknowledged and shown as "update to read", or versions could not follow.`,
    async run(testee) {
      const read = { $case: 'decodeContent', value: { content: unhex(content) } } as const
      const got = await answerOf(testee, read, 'content')
      ensureKept(got.body === undefined, `it takes the content for a ${got.body?.$case}`)
      ensureSame('decoded', encoded(got), encoded({ envelope: Content.decode(unhex(content)), body: undefined }))
    },
  }),
)

const refusedCases = refusals.map(({ name, comment, content, code }) =>
  vectorCase({
    file,
    group: 'refused',
    name,
    title: `refuses a content: ${name}`,
    promises: [],
    rules: ['10-2', '10-5'],
    explain: `${comment} A recipient keeps nothing of such a content and ends the tunnel.`,
    run: (testee) => ensureRefused(testee, { $case: 'decodeContent', value: { content: unhex(content) } }, code),
  }),
)

function encoded(fields: ContentFields): string {
  return hex(ContentFields.encode(fields).finish())
}

export const contentCases: readonly VectorCase[] = [...soundCases, ...unknownCases, ...refusedCases]
