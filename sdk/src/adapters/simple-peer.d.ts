/** What the transport uses of simple-peer 9, the private members included that its public face does not reach. */
declare module 'simple-peer' {
  export interface PeerOptions {
    readonly initiator: boolean
    readonly trickle: boolean
    readonly config: RTCConfiguration
    readonly channelConfig: RTCDataChannelInit
    readonly channelName?: string
    readonly wrtc?: object
  }

  // biome-ignore lint/style/noDefaultExport: it is the module's own form
  export default class SimplePeer {
    constructor(options: PeerOptions)
    on(event: 'signal', listener: (signal: { type: string; sdp?: string }) => void): this
    on(event: 'iceStateChange', listener: (connection: string, gathering: string) => void): this
    on(event: 'error', listener: (error: Error) => void): this
    on(event: 'close', listener: () => void): this
    signal(description: { type: 'offer' | 'answer'; sdp: string }): void
    send(message: Uint8Array): void
    destroy(): void
    protected _channel: RTCDataChannel | null
    protected _pc: RTCPeerConnection | null
    protected _setupData(event: { channel: RTCDataChannel }): void
    protected _onChannelOpen(): void
    protected _onChannelMessage(event: MessageEvent): void
    protected _onChannelBufferedAmountLow(): void
    protected _startIceCompleteTimeout(): void
    protected iceCompleteTimeout: number
  }
}

declare module 'simple-peer/simplepeer.min.js' {
  export { default } from 'simple-peer'
}
