/** The SDK with one fault: it takes every signal that protobuf can read. */
import { Signal } from '@solo2/proto/introduction'
import { unpad } from '@solo2/sdk/core'
import { introduction } from '../testees/sdk/introduction.js'
import { serve } from '../testees/sdk/serve.js'

const decodeSignal: (typeof introduction)['decodeSignal'] = ({ padded }) => ({
  $case: 'signal',
  value: Signal.decode(unpad(padded)),
})

await serve({ introduction: { ...introduction, decodeSignal } })
