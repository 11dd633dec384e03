/** Signs drawn on a 24 px grid with one stroke. They never stand alone: a label or text is beside each. */
import type { JSX } from 'preact'

const PATHS = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  add: 'M12 5v14M5 12h14',
  send: 'M5 12h13M12.5 6l6 6-6 6',
  attach: 'M19 11.5l-7.6 7.6a4.6 4.6 0 01-6.5-6.5l8.2-8.2a3 3 0 014.3 4.3l-8.1 8.1a1.5 1.5 0 01-2.1-2.1l7.2-7.2',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5M7 14.5v5',
  proof: 'M4 12h3l2.5-6 4 12 2.5-6h4',
  file: 'M7 3.5h7l4.5 4.5v12.5H7zM14 3.5V8h4.5',
  verified: 'M5.5 12.5l4 4 9-9.5',
  waiting: 'M12 7v5l3 2M12 3.8a8.2 8.2 0 100 16.4 8.2 8.2 0 000-16.4',
  sent: 'M5.5 12.5l4 4 9-9.5',
  delivered: 'M2.5 12.5l4 4 8.5-9M10.5 15.5l1 1 9-9.5',
  read: 'M2.5 12.5l4 4 8.5-9M10.5 15.5l1 1 9-9.5',
  deleted: 'M6.5 17.5l11-11M12 4a8 8 0 100 16 8 8 0 000-16',
  caution: 'M12 4.5l8.5 15h-17zM12 10v4.5M12 17v.2',
  info: 'M12 4a8 8 0 100 16 8 8 0 000-16M12 11v5M12 8v.2',
  lock: 'M6.5 11h11v9h-11zM8.5 11V8a3.5 3.5 0 017 0v3',
  save: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  reply: 'M10 6l-6 6 6 6M4.5 12H14a6 6 0 016 6v1',
  edit: 'M5 19l1-4L16.5 4.5l3 3L9 18zM14 7l3 3',
  more: 'M6 12v.2M12 12v.2M18 12v.2',
  place: 'M12 20.5s6.5-6 6.5-11a6.5 6.5 0 10-13 0c0 5 6.5 11 6.5 11zM12 7.3a2.2 2.2 0 100 4.4 2.2 2.2 0 000-4.4',
  timer: 'M12 6a7 7 0 100 14 7 7 0 000-14M12 9.5V13M9.5 3.5h5',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  muted: 'M5 10h3l4-4v12l-4-4H5zM15.5 10l4 4M19.5 10l-4 4',
  search: 'M10.5 4.5a6 6 0 100 12 6 6 0 000-12M15 15l5 5',
  microphone: 'M12 3.5a2.7 2.7 0 00-2.7 2.7v5.3a2.7 2.7 0 005.4 0V6.2A2.7 2.7 0 0012 3.5M6 11.5a6 6 0 0012 0M12 17.5v3',
  play: 'M8 5.5l10 6.5-10 6.5z',
  pause: 'M8.5 6v12M15.5 6v12',
  unknown: 'M5 5h14v14H5zM9.5 9.8a2.5 2.5 0 113.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.3v.2',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, flips = false }: { readonly name: IconName; readonly flips?: boolean }): JSX.Element {
  return (
    <svg class={flips ? 'icon flips' : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** Two ends and what is between them: the sign of Solo2, and of each path in its state. */
export function PathSign({ kind }: { readonly kind: 'direct' | 'mirror' | 'connecting' | 'away' }): JSX.Element {
  return (
    <svg class={`path-sign ${kind}`} viewBox="0 0 28 16" aria-hidden="true" focusable="false">
      {kind === 'direct' && <path d="M6 8h16" />}
      {kind === 'mirror' && <path d="M6 10l8-6 8 6M10 2.5h8" />}
      {kind === 'connecting' && <path class="dotted" d="M9 8h10" />}
      <circle cx="5" cy={kind === 'mirror' ? 11 : 8} r="3.4" class="near" />
      <circle cx="23" cy={kind === 'mirror' ? 11 : 8} r="3.4" class="far" />
    </svg>
  )
}
