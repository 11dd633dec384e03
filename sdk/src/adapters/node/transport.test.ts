import { transportSuite } from '../../../test/suites/transport.suite.js'
import { nodeTransport } from './transport.js'

transportSuite('simple-peer on node-datachannel', { webrtc: true }, nodeTransport)
