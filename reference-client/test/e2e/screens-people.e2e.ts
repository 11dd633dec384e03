import { people } from './scenes/people.js'
import { walk } from './walk.js'

walk(people)
