/** Two peers of this program, one data channel between them, and a message each way. */
import type { ConnectionOptions, PathKind, Transport } from '@solo2/sdk/node'

const LONGEST_MS = 15_000
const MESSAGE_SIZE = 1_024

/** Which way it went; undefined if no channel carried both messages in time. */
export async function talkToOneself(
  transport: Transport,
  options: Omit<ConnectionOptions, 'role'>,
): Promise<PathKind | undefined> {
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
    return (await done) ? (await offerer.path()).kind : undefined
  } finally {
    clearTimeout(timer)
    offerer.close()
    answerer.close()
  }
}
