/** Whether frames pass through the introduction socket, both ways. */
import type { Signaling } from '@solo2/sdk/node'
import { WAIT_MS } from './exchange.js'
import { type Finding, looksAt } from './finding.js'

/** Every server refuses it with a frame of its own (06-7): no ticket is spent, and no topic is joined. */
const EMPTY_FRAME = new Uint8Array(0)

export function checkSocket(signaling: Signaling, origin: string): Promise<Finding> {
  const { fine, problem } = looksAt('socket')
  const remedy = 'a proxy or virus scanner between may let no WebSocket through: try another network'
  return new Promise((resolve) => {
    let isOpen = false
    const timer = setTimeout(() => end(problem('the introduction socket does not answer in time', remedy)), WAIT_MS)
    const socket = signaling.open(`${origin.replace(/^http/, 'ws')}/v1/introduction`, {
      onOpen() {
        isOpen = true
        socket.send(EMPTY_FRAME)
      },
      onFrame: () => end(fine('the introduction socket opens and answers')),
      onClose() {
        const text = isOpen ? 'the introduction socket opens and breaks' : 'the introduction socket does not open'
        end(problem(text, remedy))
      },
    })

    function end(finding: Finding): void {
      clearTimeout(timer)
      resolve(finding)
      socket.close()
    }
  })
}
