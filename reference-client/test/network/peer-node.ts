/** A person on the SDK's Node entry, as a process of its own. Its argument: a folder. */
import { join } from 'node:path'
import { Solo2 } from '@solo2/sdk/node'
import { createPeer } from './peer.js'
import { serveCalls } from './serve-calls.js'

const [folder = ''] = process.argv.slice(2)
const peer = createPeer((options) => Solo2.register({ ...options, folder, downloads: join(folder, 'downloads') }))
serveCalls((call, args) => (peer[call] as (...args: readonly unknown[]) => Promise<unknown>)(...args))
