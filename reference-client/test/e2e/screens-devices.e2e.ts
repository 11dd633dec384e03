import { devices } from './scenes/devices.js'
import { walk } from './walk.js'

walk(devices)
