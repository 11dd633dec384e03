/** Places: on a small map that is drawn here and asks nobody for anything [V20], with their coordinates in words. */
import type { JSX } from 'preact'
import { dateTime, distance } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Busy, IconButton } from '../part/parts.js'
import type { Coordinates } from '../sdk.js'
import type { PlaceTask } from '../talk.js'
import { coordinates } from './words-for.js'
import { LAND } from './world.js'

/** Degrees that the map shows. */
const WIDTH = 120
const HEIGHT = 60
const GRID = 15

const lines = (length: number): number[] => Array.from({ length: length / GRID + 1 }, (_, index) => index * GRID)
const GRATICULE =
  lines(360)
    .map((x) => `M${x} 0V180`)
    .join('') +
  lines(180)
    .map((y) => `M0 ${y}H360`)
    .join('')

const within = (value: number, most: number): number => Math.min(most, Math.max(0, value))

export function PlaceMap({ place }: { readonly place: Coordinates }): JSX.Element {
  const x = place.longitude + 180
  const y = 90 - place.latitude
  const left = within(x - WIDTH / 2, 360 - WIDTH)
  const top = within(y - HEIGHT / 2, 180 - HEIGHT)
  return (
    <svg
      class="place-map"
      viewBox={`${left} ${top} ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t.talk.place.map(coordinates(place))}
    >
      <path class="graticule" d={GRATICULE} />
      <path class="land" d={LAND} />
      <circle class="ring" cx={x} cy={y} r="4" />
      <circle class="mark" cx={x} cy={y} r="1.2" />
    </svg>
  )
}

export function PlaceFacts({ place }: { readonly place: Coordinates }): JSX.Element {
  return (
    <>
      <p class="place-where">
        <bdi>{coordinates(place)}</bdi>
      </p>
      <p class="minor">
        {place.accuracy > 0 && `${t.talk.place.within(distance(place.accuracy))} · `}
        {t.talk.place.taken(dateTime(place.takenAt))}
      </p>
    </>
  )
}

/** A place in the conversation. */
export function PlaceCard({ place }: { readonly place: Coordinates }): JSX.Element {
  return (
    <div class="place-card">
      <PlaceMap place={place} />
      <PlaceFacts place={place} />
    </div>
  )
}

/** Above the composer, from the question to the device until it is sent or dropped. */
export function PlacePreview(props: {
  readonly task: PlaceTask
  /** For whom it is and what its button does, unless it goes to a contact. */
  readonly words?: { readonly preview: string; readonly sendIt: string }
}): JSX.Element {
  const { task, words = t.talk.place } = props
  const dispatch = useDispatch()
  return (
    <section class="place-preview" aria-label={t.talk.place.send}>
      {task.stage === 'measuring' && <Busy label={t.talk.place.measuring} />}
      {task.stage === 'failed' && <p role="alert">{t.talk.place.problems[task.reason]}</p>}
      {task.stage === 'measured' && (
        <>
          <p class="minor">{words.preview}</p>
          <PlaceMap place={task.place} />
          <PlaceFacts place={task.place} />
          <p class="minor">{t.talk.place.local}</p>
        </>
      )}
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'place_dropped' })}>
          {t.common.cancel}
        </button>
        {task.stage === 'failed' && (
          <button
            type="button"
            class="button main"
            onClick={() => dispatch({ type: 'place_wanted', contact: task.contact })}
          >
            {t.talk.place.again}
          </button>
        )}
        {task.stage === 'measured' && (
          <button type="button" class="button main" onClick={() => dispatch({ type: 'place_send' })}>
            {words.sendIt}
          </button>
        )}
      </div>
    </section>
  )
}

export function PlaceButton({ contact, busy }: { readonly contact: string; readonly busy: boolean }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <IconButton
      icon="place"
      label={t.talk.place.send}
      disabled={busy}
      onClick={() => dispatch({ type: 'place_wanted', contact })}
    />
  )
}
