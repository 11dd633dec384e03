import { BinaryReader } from '@bufbuild/protobuf/wire'

/**
 * Throws for bytes that are no sequence of protobuf fields (spec/05 rule 05-5). The generated decoders stop at a field
 * number of zero and at the end of a group that never began, and would take what they have by then for the message.
 */
export function ensureFields(body: Uint8Array): void {
  const reader = new BinaryReader(body)
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    reader.skip(type, number)
  }
}
