/** An end of the tunnel bench as a Node process: calls come over the parent's IPC channel, one after the other. */
import { RTCPeerConnection } from 'node-datachannel/polyfill'
import { nodePlatform } from '../src/adapters/node/platform.js'
import { bareEnd } from './ends.js'
import { type FarEnd, farEnd, openTunnelEnd } from './far-end.js'

const platform = nodePlatform({ folder: '/nonexistent', downloads: '/nonexistent' })
// The polyfill's events are classes of its own, otherwise it is the standard's.
const Connection = RTCPeerConnection as unknown as typeof globalThis.RTCPeerConnection

const end = farEnd({ bare: () => bareEnd(Connection), tunnel: (role) => openTunnelEnd(platform, role) }, () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
})

process.on('message', ({ call, args }: { call: keyof FarEnd; args: never[] }) => {
  const run = end[call] as (...args: never[]) => unknown
  Promise.resolve()
    .then(() => run(...args))
    .then(
      (value) => process.send?.({ value }),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
})

process.on('disconnect', () => process.exit())
