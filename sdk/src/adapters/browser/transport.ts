/** The browser's WebRTC. simple-peer's prebuilt file, since its source wants Node's globals. */
import SimplePeer from 'simple-peer/simplepeer.min.js'
import type { Transport } from '../../ports/transport.js'
import { simplePeerTransport } from '../simple-peer-transport.js'

export function browserTransport(): Transport {
  return simplePeerTransport({ SimplePeer })
}
