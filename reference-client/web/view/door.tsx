/** What every screen outside an open account is made of. */
import type { ComponentChildren, JSX } from 'preact'
import { PathSign } from '../part/icon.js'

/** The frame of every screen outside an open account. */
export function Door({
  children,
  wide = false,
}: {
  readonly children: ComponentChildren
  readonly wide?: boolean
}): JSX.Element {
  return (
    <main class={wide ? 'door wide' : 'door'}>
      <p class="mark">
        <PathSign kind="direct" />
        Solo2
      </p>
      {children}
    </main>
  )
}

export function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server
}

export const textOf = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
