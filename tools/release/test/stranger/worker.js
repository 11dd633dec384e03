/** The SDK in a Web Worker, where there is no window and no WebRTC. */
import { createSolo2 } from '@solo2/sdk'
import { conversation } from './conversation.js'

postMessage(await conversation(createSolo2))
