/** spec/11 sections 7 and 8. */
import { SyncItem } from '@solo2/proto/sync'
import { decodeCanonical, encode } from '@solo2/sdk/core'
import { checkItem, joinItems } from '@solo2/sdk/testing'
import { bytes, DONE, type Functions, given } from './functions.js'

function itemOf(encoded: Uint8Array): SyncItem {
  const item = decodeCanonical(SyncItem, encoded)
  checkItem(item)
  return item
}

export const merge: Functions<'checkItem' | 'joinItems'> = {
  checkItem({ item }) {
    itemOf(item)
    return DONE
  },
  joinItems: ({ mine, theirs, next }) =>
    bytes(
      encode(
        SyncItem,
        joinItems(itemOf(mine), itemOf(theirs), () => given(next)),
      ),
    ),
}
