/** The signalling server of PeerJS as a process that tells its port; `missing` if it is not installed. */
import type { Server } from 'node:http'
import { load } from './peer.js'

interface PeerModule {
  PeerServer(options: Record<string, unknown>, started: (server: Server) => void): unknown
}

const DAY_MS = 86_400_000

const peer = await load<PeerModule>('peer')
if (peer === undefined) process.send?.({ missing: true })
else {
  // Its defaults close what sends no heartbeat, and admit 5,000 clients.
  const limits = { alive_timeout: DAY_MS, concurrent_limit: 1_000_000 }
  peer.PeerServer({ host: '127.0.0.1', port: 0, ...limits }, (server) => {
    process.send?.({ port: (server.address() as { port: number }).port })
  })
}
