/** The far end of the tunnel bench as a Node process: calls come over the parent's IPC channel, one after the other. */
import { RTCPeerConnection } from 'node-datachannel/polyfill'
import { nodePlatform } from '../src/adapters/node/platform.js'
import { type FarEnd, farEnd } from './far-end.js'

// The polyfill's events are classes of its own, otherwise it is the standard's.
const end = farEnd(
  nodePlatform({ folder: '/nonexistent', downloads: '/nonexistent' }),
  RTCPeerConnection as unknown as typeof globalThis.RTCPeerConnection,
)

process.on('message', ({ call, args }: { call: keyof FarEnd; args: never[] }) => {
  const run = end[call] as (...args: never[]) => unknown
  Promise.resolve()
    .then(() => run(...args))
    .then(
      (value) => process.send?.({ value }),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
})
