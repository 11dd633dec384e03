/** The entry: small, so that the language is asked for while the app is still on its way. */
import './theme/tokens.css'
import './theme/base.css'
import './theme/controls.css'
import './theme/door.css'
import './theme/layout.css'
import './theme/list.css'
import './theme/conversation.css'
import './theme/talk.css'
import './theme/page.css'
import './theme/media.css'
import './theme/place.css'
import './theme/devices.css'
import './theme/forced.css'
import './theme/print.css'
import { showAppearance, storedAppearance, takeInvitation } from './effect/device.js'
import { firstLanguage } from './effect/language.js'

const invited = takeInvitation()
const appearance = storedAppearance()
showAppearance(appearance)
const language = firstLanguage()
const { start } = await import('./main.js')
start({ invited, appearance, language: await language })
