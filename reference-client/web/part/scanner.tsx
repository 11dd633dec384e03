/** The camera in a frame: what it sees is read for QR codes until one is taken or the person closes it. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type CameraProblem, watchCamera } from '../effect/camera.js'
import { t } from '../i18n/catalogue.js'

export function Scanner(props: {
  /** Whether it is a code of the kind that is looked for; then scanning ends. */
  readonly onCode: (bytes: Uint8Array) => boolean
  readonly onClose: () => void
}): JSX.Element {
  const video = useRef<HTMLVideoElement>(null)
  const [problem, setProblem] = useState<CameraProblem>()
  const [isOther, setOther] = useState(false)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    if (video.current === null) return
    const stop = watchCamera(video.current, {
      onCode(bytes) {
        if (latest.current.onCode(bytes)) stop()
        else setOther(true)
      },
      onProblem: setProblem,
    })
    return stop
  }, [])
  return (
    <div class="scanner">
      {problem === undefined ? (
        <video ref={video} muted playsInline aria-label={t.scan.label} />
      ) : (
        <p role="alert">{t.scan.problems[problem]}</p>
      )}
      <p class="minor" role="status">
        {isOther ? t.scan.other : t.scan.hint}
      </p>
      <div class="actions">
        <button type="button" class="button" onClick={props.onClose}>
          {t.common.cancel}
        </button>
      </div>
    </div>
  )
}
