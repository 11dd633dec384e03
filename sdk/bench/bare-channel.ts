/** Two bare connections of node-datachannel in one process, as the yardstick for all that stands on a data channel. */
import { RTCPeerConnection } from 'node-datachannel/polyfill'

export interface BarePair {
  readonly sender: RTCDataChannel
  readonly receiver: RTCDataChannel
  close(): void
}

/** The description once all candidates are in it. */
export async function gathered(connection: RTCPeerConnection): Promise<RTCSessionDescriptionInit> {
  if (connection.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => {
      connection.addEventListener('icegatheringstatechange', () => {
        if (connection.iceGatheringState === 'complete') resolve()
      })
    })
  }
  return connection.localDescription as RTCSessionDescriptionInit
}

export async function openBarePair(): Promise<BarePair> {
  const a = new RTCPeerConnection({ iceServers: [] })
  const b = new RTCPeerConnection({ iceServers: [] })
  const sender = a.createDataChannel('bench')
  const opened = new Promise<void>((resolve) => {
    sender.onopen = () => resolve()
  })
  const arrived = new Promise<RTCDataChannel>((resolve) => {
    b.ondatachannel = (event) => resolve(event.channel)
  })
  await a.setLocalDescription(await a.createOffer())
  await b.setRemoteDescription(await gathered(a))
  await b.setLocalDescription(await b.createAnswer())
  await a.setRemoteDescription(await gathered(b))
  const [receiver] = await Promise.all([arrived, opened])
  sender.binaryType = 'arraybuffer'
  receiver.binaryType = 'arraybuffer'
  return {
    sender,
    receiver,
    close() {
      a.close()
      b.close()
    },
  }
}
