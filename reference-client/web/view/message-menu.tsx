/** What can be done with one message: beside it where there is room, from below on a phone. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import { CancelFirst } from '../part/cancel-first.js'
import { useDispatch } from '../part/context.js'
import { Icon, type IconName } from '../part/icon.js'
import { IconButton } from '../part/parts.js'
import type { Message } from '../sdk.js'

const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const
/** One emoji as most people type it; the SDK judges it by spec/10. */
const ONE_EMOJI = /^(?=.*(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3))\P{L}{1,24}$/u

export interface MenuFor {
  readonly message: Message
  /** Where it was asked for. */
  readonly at: { readonly x: number; readonly y: number }
}

export function MessageMenu({ menu, onClose }: { readonly menu: MenuFor; readonly onClose: () => void }): JSX.Element {
  const dispatch = useDispatch()
  const box = useRef<HTMLDialogElement>(null)
  const [asking, setAsking] = useState(false)
  const { message, at } = menu
  const { id, contact, body, outgoing } = message
  const words = message.state === 'kept' ? t.notes.menu : t.talk.menu

  useEffect(() => {
    const dialog = box.current
    if (dialog === null) return
    dialog.showModal()
    if (matchMedia('(min-width: 600px)').matches) {
      const { width, height } = dialog.getBoundingClientRect()
      dialog.style.setProperty('--menu-left', `${Math.max(8, Math.min(at.x, innerWidth - width - 8))}px`)
      dialog.style.setProperty('--menu-top', `${Math.max(8, Math.min(at.y, innerHeight - height - 8))}px`)
    }
  }, [at])

  /** The dialog gives the focus back first: whoever is told then may take it, at once, for the next key may be typed already. */
  const act = (run: () => void) => (): void => {
    box.current?.close()
    run()
  }
  const toComposer = (): void => document.querySelector<HTMLElement>('[data-composer]')?.focus()
  const react = (emoji: string): void => dispatch({ type: 'react', contact, id, emoji })

  return (
    <dialog
      class="menu"
      ref={box}
      aria-label={t.talk.menu.title}
      onClose={onClose}
      onClick={(event) => {
        // Beside it, on what lies behind.
        if (event.target === box.current) box.current?.close()
      }}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
        if (step === 0) return
        event.preventDefault()
        const items = [...(box.current?.querySelectorAll<HTMLElement>('button, input') ?? [])]
        items.at((items.indexOf(document.activeElement as HTMLElement) + step) % items.length)?.focus()
      }}
    >
      <div class="menu-inner">
        {asking ? (
          <>
            <p>{words.removeAsk}</p>
            <div class="actions">
              <CancelFirst label={t.common.cancel} onClick={() => box.current?.close()} />
              <button
                type="button"
                class="button danger"
                onClick={act(() => dispatch({ type: 'delete', contact, id }))}
              >
                {words.removeGo}
              </button>
            </div>
          </>
        ) : (
          <>
            <Reactions chosen={message.reactions.own} onReact={(emoji) => act(() => react(emoji))()} />
            <Item
              icon="reply"
              label={t.talk.menu.reply}
              onClick={act(() => {
                dispatch({ type: 'reply', message })
                toComposer()
              })}
            />
            {outgoing && body.kind === 'text' && (
              <Item
                icon="edit"
                label={t.talk.menu.edit}
                onClick={act(() => {
                  dispatch({ type: 'edit_begin', message })
                  toComposer()
                })}
              />
            )}
            {body.kind === 'text' && (
              <Item
                icon="file"
                label={t.talk.menu.copy}
                onClick={act(() => dispatch({ type: 'copy', text: body.text, what: id }))}
              />
            )}
            {outgoing && <Item icon="deleted" label={words.remove} danger onClick={() => setAsking(true)} />}
            <Item icon="close" label={t.talk.menu.shutMenu} onClick={() => box.current?.close()} />
          </>
        )}
      </div>
    </dialog>
  )
}

function Item(props: {
  readonly icon: IconName
  readonly label: string
  readonly danger?: boolean
  readonly onClick: () => void
}): JSX.Element {
  return (
    <button type="button" class={props.danger ? 'menu-item danger' : 'menu-item'} onClick={props.onClick}>
      <Icon name={props.icon} flips={props.icon === 'reply'} />
      {props.label}
    </button>
  )
}

function Reactions(props: {
  readonly chosen: string | undefined
  readonly onReact: (emoji: string) => void
}): JSX.Element {
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  return (
    <>
      <div class="menu-emoji">
        {EMOJI.map((emoji) => (
          <button
            type="button"
            key={emoji}
            class="emoji-button"
            aria-pressed={props.chosen === emoji}
            aria-label={t.talk.menu.react(emoji)}
            onClick={() => props.onReact(props.chosen === emoji ? '' : emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
      <form
        class="menu-other"
        onSubmit={(event) => {
          event.preventDefault()
          const emoji = typed.trim()
          if (ONE_EMOJI.test(emoji)) props.onReact(emoji)
          else setWrong(true)
        }}
      >
        <input
          autocomplete="off"
          aria-label={t.talk.menu.emoji}
          placeholder={t.talk.menu.emoji}
          maxLength={32}
          value={typed}
          aria-invalid={isWrong ? true : undefined}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setWrong(false)
          }}
        />
        <IconButton icon="send" flips label={t.talk.menu.emojiGo} type="submit" disabled={typed.trim() === ''} />
      </form>
      {isWrong && (
        <p class="field-problem" role="alert">
          {t.talk.menu.emojiWrong}
        </p>
      )}
    </>
  )
}
