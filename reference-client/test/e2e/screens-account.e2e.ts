import { account } from './scenes/account.js'
import { walk } from './walk.js'

walk(account)
