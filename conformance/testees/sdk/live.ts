/** One of two people over a server and a data channel: spec/15 section 2.3. What is kept of the other is in this process only. */
import { Solo2Error } from '@solo2/sdk/core'
import { nodePlatform } from '@solo2/sdk/node'
import { content } from './content.js'
import { DONE, given, type SlowFunctions } from './functions.js'
import { createPerson, type LivePerson } from './live-person.js'

/** Before the runner's 30 seconds are over, so that it hears why. */
const PATIENCE_MS = 25_000

const platform = nodePlatform({ folder: '', downloads: '' })
let person: LivePerson | undefined

function inTime<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = platform.host.after(PATIENCE_MS, () => reject(new Solo2Error('timeout', 'it did not happen')))
    promise.then(resolve, reject).finally(cancel)
  })
}

export const live: SlowFunctions<'liveOpen' | 'liveMeet' | 'liveSay' | 'liveHear' | 'liveEnd'> = {
  async liveOpen(open) {
    person?.drop()
    person = createPerson(platform, open)
    await inTime(person.joined())
    return DONE
  },
  async liveMeet({ tunnel }) {
    return { $case: 'liveFacts', value: await inTime(given(person).met(tunnel)) }
  },
  async liveSay(value) {
    const written = content.encodeContent(value)
    if (written.$case !== 'bytes') return written
    await inTime(given(person).say(given(value.content?.envelope).id, written.value))
    return DONE
  },
  async liveHear() {
    return content.decodeContent({ content: await inTime(given(person).hear()) })
  },
  async liveEnd() {
    await inTime(given(person).leave())
    person = undefined
    return DONE
  },
}
