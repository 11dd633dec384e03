import { media } from './scenes/media.js'
import { walk } from './walk.js'

walk(media)
