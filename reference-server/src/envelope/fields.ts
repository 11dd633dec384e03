import { BinaryReader } from '@bufbuild/protobuf/wire'
import { fromUtf8 } from '@solo2/sdk/shared'

/**
 * A reader of a body for the generated decoders. Throws for bytes that are no sequence of protobuf fields (spec/05 rule
 * 05-5): the decoders stop at a field number of zero and at the end of a group that never began, and would take what they
 * have by then for the message. The reader throws for a string that is no UTF-8, which would come as another one.
 */
export function readerOf(body: Uint8Array): BinaryReader {
  const reader = new BinaryReader(body)
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    reader.skip(type, number)
  }
  return new BinaryReader(body, fromUtf8)
}
