/** A person on the SDK's Node entry, as a process of its own. Its argument: a folder. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileSource, Solo2 } from '@solo2/sdk/node'
import { createPeer } from './peer.js'
import { answerCalls } from './serve-calls.js'

const [folder = ''] = process.argv.slice(2)
const folders = { folder, downloads: join(folder, 'downloads') }
const peer = createPeer({
  register: (options) => Solo2.register({ ...options, ...folders }),
  unlock: (options) => Solo2.unlock({ ...options, ...folders }),
  source: fileSource,
  sha256() {
    const hash = createHash('sha256')
    return { update: (bytes) => hash.update(bytes), hex: () => hash.digest('hex') }
  },
})
answerCalls(peer)
