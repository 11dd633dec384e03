import { exchange } from './scenes/exchange.js'
import { walk } from './walk.js'

walk(exchange)
