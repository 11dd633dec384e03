/** The worker's end of `argon2.ts`: one derivation, then the page ends the worker. */
import { wipe } from '../../bytes/bytes.js'
import { Solo2Error } from '../../errors.js'
import { checkedArgon2id } from '../argon2.js'
import type { Argon2Answer, Argon2Request } from './argon2.js'

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Argon2Request>) => void) | null
  postMessage(answer: Argon2Answer): void
}

scope.onmessage = ({ data }) => {
  const password = data.password
  checkedArgon2id(password, data.salt, data.parameters)
    .then(
      (key) => scope.postMessage({ key }),
      (error: unknown) => scope.postMessage({ code: Solo2Error.from(error, 'broken_platform', 'Argon2id fails').code }),
    )
    .finally(() => wipe(password))
}

// Tells the page that this module was found and may run: without it the page computes by itself.
scope.postMessage('ready')
