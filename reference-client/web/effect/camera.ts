/** Reads QR codes through the camera. The reader is loaded when somebody scans; no picture leaves the page or stays in it. */

/** Longest side of what is looked at: enough for a code that fills half of the view. */
const LOOK_PIXELS = 960
const LOOK_MS = 120

export type CameraProblem = 'denied' | 'none'

export interface Scan {
  /** The bytes of a code, each time one is seen. */
  onCode(bytes: Uint8Array): void
  onProblem(problem: CameraProblem): void
}

/** Shows the camera in `video`. Returns the way to stop, which lets the camera go. */
export function watchCamera(video: HTMLVideoElement, { onCode, onProblem }: Scan): () => void {
  let stopped = false
  let stream: MediaStream | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const canvas = document.createElement('canvas')
  const stop = (): void => {
    stopped = true
    clearTimeout(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
  }

  async function start(): Promise<void> {
    const reader = import('qr/decode.js')
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
    if (stopped) return stop()
    video.srcObject = stream
    await video.play()
    const { decodeQR } = await reader
    const look = (): void => {
      if (stopped) return
      const bytes = codeIn(video, canvas, decodeQR)
      if (bytes !== undefined) onCode(bytes)
      timer = setTimeout(look, LOOK_MS)
    }
    look()
  }

  start().catch((error: unknown) => {
    if (!stopped) onProblem(error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none')
  })
  return stop
}

function codeIn(
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  decode: typeof import('qr/decode.js').decodeQR,
): Uint8Array | undefined {
  const scale = Math.min(1, LOOK_PIXELS / Math.max(video.videoWidth, video.videoHeight))
  canvas.width = Math.round(video.videoWidth * scale)
  canvas.height = Math.round(video.videoHeight * scale)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null || canvas.width === 0) return undefined
  context.drawImage(video, 0, 0, canvas.width, canvas.height)
  try {
    // One character a byte: what is in the code may be no text.
    const text = decode(context.getImageData(0, 0, canvas.width, canvas.height), {
      textDecoder: (bytes) => String.fromCharCode(...bytes),
    })
    return Uint8Array.from(text, (character) => character.charCodeAt(0))
  } catch {
    // No code in sight.
    return undefined
  }
}
