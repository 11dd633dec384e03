/** Plain Node. */
import { createSolo2 } from '@solo2/sdk/node'
import { conversation } from './conversation.js'

console.log(process.versions.node, await conversation(createSolo2))
