/** A person on the SDK's browser entry, in a page that the server serves. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { Solo2 } from '@solo2/sdk'
import { sourceOf } from '../../../web/effect/source.js'
import { createPeer, type PeerCalls } from '../peer.js'

declare global {
  var peer: PeerCalls | undefined
}

globalThis.peer = createPeer({
  register: (options) => Solo2.register(options),
  unlock: (options) => Solo2.unlock(options),
  async source() {
    const [file] = document.querySelector('input')?.files ?? []
    if (file === undefined) throw new Error('no file was chosen')
    return sourceOf(file)
  },
  sha256() {
    const hash = sha256.create()
    return { update: (bytes) => hash.update(bytes), hex: () => bytesToHex(hash.digest()) }
  },
})
