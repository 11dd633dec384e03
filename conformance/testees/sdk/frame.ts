/** spec/00 section 6 and spec/09. */
import type { WholeContent } from '@solo2/proto/conformance'
import {
  createReassembly,
  PROTOCOL,
  packRecords,
  pad,
  reassemble,
  Solo2Error,
  unpackRecords,
  unpad,
} from '@solo2/sdk/core'
import { bytes, type Functions } from './functions.js'

export const frame: Functions<'pad' | 'unpad' | 'packBlock' | 'unpackBlock' | 'reassemble'> = {
  pad: (value) => bytes(pad(value.bytes, value.size)),
  unpad: ({ padded }) => bytes(unpad(padded)),
  packBlock: ({ records, turn }) =>
    bytes(packRecords(records, turn ? PROTOCOL.TURN_FRAME_PLAINTEXT : PROTOCOL.FRAME_PLAINTEXT)),
  unpackBlock: ({ padded }) => ({ $case: 'records', value: { records: unpackRecords(padded) } }),
  reassemble({ parts }) {
    const contents: WholeContent[] = []
    let state = createReassembly()
    try {
      for (const part of parts) {
        const taken = reassemble(state, part)
        state = taken.state
        if (taken.content) contents.push({ stream: part.stream, content: taken.content })
      }
    } catch (error) {
      if (!(error instanceof Solo2Error)) throw error
      return { $case: 'reassembled', value: { contents, refused: error.code } }
    }
    return { $case: 'reassembled', value: { contents, refused: '' } }
  },
}
