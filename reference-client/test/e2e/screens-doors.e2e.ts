import { doors } from './scenes/doors.js'
import { walk } from './walk.js'

walk(doors)
