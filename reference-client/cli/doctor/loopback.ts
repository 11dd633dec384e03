/** Two peers of this program, one data channel between them, and a message each way. */
import type { ConnectionOptions, Transport } from '@solo2/sdk/node'

const LONGEST_MS = 15_000
const MESSAGE_SIZE = 1_024

/**
 * Whether a channel carried both messages in time. With `relayOnly` each end knows only the other's address at the mirror: then
 * every packet goes through it, also where ICE names the path otherwise, as it does if all addresses are of one machine.
 */
export async function talkToOneself(transport: Transport, options: Omit<ConnectionOptions, 'role'>): Promise<boolean> {
  let end = (_: boolean): void => {}
  const done = new Promise<boolean>((resolve) => {
    end = resolve
  })
  const timer = setTimeout(() => end(false), LONGEST_MS)
  let waiting = 2
  const events = (peer: () => ReturnType<Transport['connect']>) => ({
    onOpen: () => peer().send(new Uint8Array(MESSAGE_SIZE)),
    onMessage() {
      waiting -= 1
      if (waiting === 0) end(true)
    },
    onDrain() {},
    onPath() {},
    onClose: () => end(false),
  })
  const offerer = transport.connect(
    { ...options, role: 'offerer' },
    events(() => offerer),
  )
  const answerer = transport.connect(
    { ...options, role: 'answerer' },
    events(() => answerer),
  )
  try {
    const negotiate = async () => offerer.acceptAnswer(await answerer.acceptOffer(await offerer.createOffer()))
    negotiate().catch(() => end(false))
    return await done
  } finally {
    clearTimeout(timer)
    offerer.close()
    answerer.close()
  }
}
