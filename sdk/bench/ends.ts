/** One end of a measured connection, bare or with a tunnel on it; runs in Node and in pages. */
import { type RunningTunnel, runTunnel, type TunnelHandlers } from '../src/client/run-tunnel.js'
import { NORMAL } from '../src/frame/pace.js'
import { CHOSEN, PROTOCOL } from '../src/limits.js'
import type { Host } from '../src/ports/host.js'
import type { Connection, Transport } from '../src/ports/transport.js'

export type EndKind = 'bare' | 'tunnel' | 'simple-peer' | 'PeerJS'

/** The offerer sends, the answerer counts. */
export interface End {
  createOffer(): Promise<string>
  acceptOffer(sdp: string): Promise<string>
  /** Resolves when bytes can be sent. */
  acceptAnswer(sdp: string): Promise<void>
  send(bytes: number): void
  /** Resolves when so many more bytes have come, after those of the call before. */
  arrival(bytes: number): Promise<void>
  close(): void
}

/** Counts bytes up to the next goal, from the goal before: what is sent may come before it is asked for. */
export function counter() {
  let arrived = 0
  let goal = 0
  let reached = () => {}
  return {
    add(bytes: number): void {
      arrived += bytes
      if (arrived >= goal) reached()
    },
    next: (bytes: number): Promise<void> =>
      new Promise((resolve) => {
        goal += bytes
        reached = resolve
        if (arrived >= goal) resolve()
      }),
  }
}

/** The description once all candidates are in it. */
async function gathered(connection: RTCPeerConnection): Promise<string> {
  if (connection.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => {
      connection.addEventListener('icegatheringstatechange', () => {
        if (connection.iceGatheringState === 'complete') resolve()
      })
    })
  }
  return connection.localDescription?.sdp ?? ''
}

/** A data channel with messages of FRAME_SIZE bytes up to the high-water mark and nothing else: the yardstick. */
export function bareEnd(Connection: typeof RTCPeerConnection): End {
  const connection = new Connection({ iceServers: [] })
  const { add, next } = counter()
  let channel: RTCDataChannel | undefined
  let left = 0
  function fill(): void {
    if (channel === undefined) return
    for (; left > 0 && channel.bufferedAmount < CHOSEN.HIGH_WATER_BYTES; left -= PROTOCOL.FRAME_SIZE) {
      channel.send(new Uint8Array(PROTOCOL.FRAME_SIZE))
    }
  }
  return {
    async createOffer() {
      channel = connection.createDataChannel('bench')
      await connection.setLocalDescription(await connection.createOffer())
      return await gathered(connection)
    },
    async acceptOffer(sdp) {
      connection.ondatachannel = (event) => {
        event.channel.binaryType = 'arraybuffer'
        event.channel.onmessage = ({ data }) => add((data as ArrayBuffer).byteLength)
      }
      await connection.setRemoteDescription({ type: 'offer', sdp })
      await connection.setLocalDescription(await connection.createAnswer())
      return await gathered(connection)
    },
    async acceptAnswer(sdp) {
      const opened = new Promise<void>((resolve) => {
        if (channel !== undefined) channel.onopen = () => resolve()
      })
      await connection.setRemoteDescription({ type: 'answer', sdp })
      await opened
      if (channel === undefined) return
      channel.bufferedAmountLowThreshold = CHOSEN.LOW_WATER_BYTES
      channel.onbufferedamountlow = fill
    },
    send(bytes) {
      left = bytes
      fill()
    },
    arrival: (bytes) => next(bytes),
    close: () => connection.close(),
  }
}

/** A whole tunnel, from the scheduler to the records, on `transport`. `secrets`: own and the other's static secret. */
export function tunnelEnd(
  { host, transport }: { readonly host: Host; readonly transport: Transport },
  role: 'offerer' | 'answerer',
  secrets: { readonly own: Uint8Array; readonly peer: Uint8Array },
): End {
  const { add, next } = counter()
  const file = new Uint8Array(PROTOCOL.ID_SIZE).fill(1)
  const block = host.random(PROTOCOL.FILE_BLOCK_BYTES)
  let left = 0
  let offset = 0
  let ready = () => {}
  const standing = new Promise<void>((resolve) => {
    ready = resolve
  })
  let tunnel: RunningTunnel | undefined
  const connection: Connection = transport.connect(
    { role, iceServers: [] },
    {
      onOpen: () => tunnel?.opened(),
      onMessage: (message) => tunnel?.received(message),
      onDrain: () => tunnel?.drained(),
      onPath: () => undefined,
      onClose: () => tunnel?.closed(),
    },
  )

  function feed(): void {
    if (left <= 0 || tunnel?.room !== true) return
    const data = block.subarray(0, Math.min(left, block.length))
    const value = { file, offset: BigInt(offset), data }
    left -= data.length
    offset += data.length
    tunnel.queueRecords([{ body: { $case: 'fileChunk', value } }], 'bulk')
  }

  const handlers: TunnelHandlers = {
    pace: () => NORMAL,
    quiet: () => undefined,
    persist: async () => undefined,
    onReady: () => ready(),
    onConfirmed: async () => undefined,
    onContent: async () => undefined,
    async onRecord({ body }) {
      if (body?.$case === 'fileChunk') add(body.value.data.length)
    },
    onRoom: () => queueMicrotask(feed),
    onEnd: (reason) =>
      console.error('the tunnel ended:', String(reason), (reason as { code?: string })?.code, (reason as Error)?.cause),
  }
  const publicKey = (secret: Uint8Array) => host.primitives.x25519PublicKey(secret)
  const input = {
    prologue: new Uint8Array(239),
    psk0: new Uint8Array(32),
    ownStatic: { secret: secrets.own, publicKey: publicKey(secrets.own) },
    peerStatic: publicKey(secrets.peer),
  }
  tunnel = runTunnel(role === 'offerer' ? 'initiator' : 'responder', input, connection, host, handlers)
  return {
    createOffer: () => connection.createOffer(),
    acceptOffer: (sdp) => connection.acceptOffer(sdp),
    async acceptAnswer(sdp) {
      await connection.acceptAnswer(sdp)
      await standing
    },
    send(bytes) {
      left = bytes
      feed()
    },
    arrival: (bytes) => next(bytes),
    close: () => tunnel?.end(),
  }
}
