/** Records a voice note. The microphone is asked for by the person's act, and let go when the note ends (spec/10 section 13). */
import type { MicrophoneProblem } from '../media.js'

const BITS_PER_SECOND = 32_000
const TICK_MS = 200
/** A note that nobody ends is ended: 15 minutes, about 3.6 MB. */
const LONGEST_MS = 900_000

const KINDS = [
  ['audio/webm;codecs=opus', 'webm'],
  ['audio/ogg;codecs=opus', 'ogg'],
  ['audio/mp4', 'm4a'],
] as const

export interface Recorder {
  stop(): void
  /** What was recorded, once it has stopped. */
  take(name: string): { readonly file: File; readonly ms: number } | undefined
  drop(): void
}

export interface Recording {
  readonly signal: AbortSignal
  onTime(ms: number): void
  /** `url` plays it on this page only, until it is dropped. */
  onDone(ms: number, url: string): void
}

export async function record({ signal, onTime, onDone }: Recording): Promise<Recorder | MicrophoneProblem> {
  const [type, extension] = KINDS.find(([kind]) => globalThis.MediaRecorder?.isTypeSupported(kind)) ?? []
  if (type === undefined) return 'none'
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none'
  }
  const free = (): void => {
    for (const track of stream.getTracks()) track.stop()
  }
  if (signal.aborted) {
    free()
    return 'none'
  }
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS_PER_SECOND })
  const parts: Blob[] = []
  const since = performance.now()
  let done: { readonly blob: Blob; readonly ms: number; readonly url: string } | undefined
  let dropped = false
  const passed = (): number => Math.max(1, Math.round(performance.now() - since))
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  const timer = setInterval(() => {
    if (passed() >= LONGEST_MS) stop()
    else onTime(passed())
  }, TICK_MS)
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  recorder.addEventListener('stop', () => {
    clearInterval(timer)
    free()
    if (dropped) return
    const blob = new Blob(parts, { type: type.split(';')[0] as string })
    done = { blob, ms: passed(), url: URL.createObjectURL(blob) }
    onDone(done.ms, done.url)
  })
  recorder.start()
  onTime(1)
  return {
    stop,
    take(name) {
      if (done === undefined) return undefined
      return { file: new File([done.blob], `${name}.${extension}`, { type: done.blob.type }), ms: done.ms }
    },
    drop() {
      dropped = true
      stop()
      if (done !== undefined) URL.revokeObjectURL(done.url)
      done = undefined
      parts.length = 0
    },
  }
}
