/** Where one writes: grows with the text, Enter sends, Shift and Enter break the line. The draft lives in the state. */
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { IconButton } from '../part/parts.js'
import type { Partner } from '../state.js'
import type { Composing } from '../talk.js'
import { nameOf } from '../text.js'
import { ComposingBar } from './beside.js'
import { VoiceButton } from './media-later.js'
import { PlaceButton } from './place.js'

/** What one text may hold (spec/10). */
const TEXT_BYTES = 65_536
const MAX_HEIGHT_PX = 192

const encoder = new TextEncoder()

export function Composer(props: {
  readonly contact: Partner
  readonly draft: string
  readonly composing: Composing | undefined
  readonly isMeasuring: boolean
  readonly isRecording: boolean
  /** Not where files cannot go. */
  readonly onAttach?: (files: Iterable<File>) => void
  /** What the field is called and asks for, unless it is a message to the contact. */
  readonly words?: { readonly label: string; readonly placeholder: string; readonly send: string }
}): JSX.Element {
  const { contact, composing, onAttach } = props
  const words = props.words ?? {
    label: t.conversation.composer(nameOf(contact)),
    placeholder: t.conversation.placeholder,
    send: t.conversation.send,
  }
  const isEditing = composing?.kind === 'edit'
  const text = isEditing ? composing.text : props.draft
  const dispatch = useDispatch()
  const box = useRef<HTMLTextAreaElement>(null)
  // Three bytes is the most that a UTF-16 unit takes: only long texts are measured.
  const tooLong = text.length * 3 > TEXT_BYTES && encoder.encode(text).length > TEXT_BYTES

  useLayoutEffect(() => {
    const field = box.current
    if (field === null) return
    field.style.blockSize = 'auto'
    field.style.blockSize = `${Math.min(field.scrollHeight, MAX_HEIGHT_PX)}px`
  }, [text])

  const send = (): void => {
    if (isEditing && !tooLong) dispatch({ type: 'edit', contact: contact.id })
    else if (!tooLong) dispatch({ type: 'send', contact: contact.id, text })
    box.current?.focus()
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {tooLong && (
        <p class="field-problem" role="alert">
          {t.conversation.tooLong}
        </p>
      )}
      {composing !== undefined && <ComposingBar composing={composing} contact={contact} />}
      <div class="composer-row">
        {onAttach !== undefined && <AttachButton onAttach={onAttach} />}
        <PlaceButton contact={contact.id} busy={props.isMeasuring} />
        {onAttach !== undefined && text === '' && <VoiceButton contact={contact.id} busy={props.isRecording} />}
        <textarea
          // Otherwise browsers keep what is typed in their session files, in clear [V1].
          autocomplete="off"
          ref={box}
          rows={1}
          dir="auto"
          value={text}
          placeholder={words.placeholder}
          aria-label={isEditing ? t.talk.compose.editing : words.label}
          enterkeyhint="send"
          data-composer
          onInput={(event) =>
            dispatch({ type: isEditing ? 'edit_typed' : 'draft', contact: contact.id, text: event.currentTarget.value })
          }
          onKeyDown={(event) => {
            if (event.key === 'Escape' && composing !== undefined && !event.isComposing) {
              dispatch({ type: 'compose_left', contact: contact.id })
            }
            // Enter that ends the choice of an input method is not ours.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
          onPaste={(event) => {
            const files = event.clipboardData?.files
            if (onAttach === undefined || files === undefined || files.length === 0) return
            event.preventDefault()
            onAttach(files)
          }}
        />
        <IconButton
          icon="send"
          flips
          label={isEditing ? t.talk.compose.saveEdit : words.send}
          type="submit"
          class="strong"
          disabled={text.trim() === '' || tooLong}
        />
      </div>
    </form>
  )
}

function AttachButton({ onAttach }: { readonly onAttach: (files: Iterable<File>) => void }): JSX.Element {
  const picker = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          onAttach(event.currentTarget.files ?? [])
          // The same file can be picked again.
          event.currentTarget.value = ''
        }}
      />
      <IconButton icon="attach" label={t.conversation.attach} onClick={() => picker.current?.click()} />
    </>
  )
}
