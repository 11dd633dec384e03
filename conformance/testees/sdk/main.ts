/**
 * The SDK as a testee (spec/15): the example for others. How requests come and answers go stands in serve.ts; what each
 * function does stands in the modules beside it, a chapter each.
 */
import { backup } from './backup.js'
import { content } from './content.js'
import { folder } from './folder.js'
import { frame } from './frame.js'
import { handshake } from './handshake.js'
import { introduction } from './introduction.js'
import { live } from './live.js'
import { merge } from './merge.js'
import { ratchet } from './ratchet.js'
import { serve } from './serve.js'
import { vault } from './vault.js'

await serve({ frame, introduction, handshake, ratchet, content, vault, folder, merge, backup, live })
