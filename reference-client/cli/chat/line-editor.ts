/**
 * Lines that a person types while others arrive: what is printed goes above the line that is being typed, which stays as it
 * is. Pasted lines are one text. Without a terminal it is one line after the other.
 */
import { createInterface, type Key } from 'node:readline'

/** Xterm's bracketed paste: a terminal tells then where a paste begins and ends. */
const PASTES = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const
/** To the line's first column, and nothing behind it. */
const CLEAR_BELOW = '\r\u001b[J'

export interface LineEditor {
  readonly isTerminal: boolean
  /** A line above the one that is typed; made safe for a terminal already. */
  print(text: string): void
  /** What stands before the typed text. */
  setPrompt(prompt: string): void
  /** Idempotent; the terminal is as it was. */
  close(): void
}

export interface LineEditorEvents {
  onText(text: string): void
  /** End of input, or Ctrl-C on an empty line. */
  onEnd(): void
}

export interface Streams {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
}

export function openLineEditor({ input, output }: Streams, { onText, onEnd }: LineEditorEvents): LineEditor {
  const isTerminal = input.isTTY === true && output.isTTY === true
  const lines = createInterface({ input, output, terminal: isTerminal, historySize: 200, prompt: '' })
  let pasted: string[] | undefined
  let held: string[] = []
  let isOver = false

  function close(): void {
    if (isOver) return
    isOver = true
    if (isTerminal) output.write(`${CLEAR_BELOW}${PASTES.off}`)
    lines.close()
  }

  lines.on('line', (line) => {
    if (pasted !== undefined) {
      pasted.push(line)
      return
    }
    const text = [...held, line].join('\n').replace(/\n$/, '')
    held = []
    onText(text)
    if (!isOver && isTerminal) lines.prompt()
  })
  lines.on('close', () => {
    isOver = true
    onEnd()
  })
  lines.on('SIGINT', () => {
    const isEmpty = lines.line === '' && held.length === 0
    held = []
    if (isEmpty) {
      close()
      return
    }
    output.write('\n')
    lines.write(null, { ctrl: true, name: 'e' })
    lines.write(null, { ctrl: true, name: 'u' })
    lines.prompt()
  })

  if (isTerminal) {
    output.write(PASTES.on)
    input.on('keypress', (_: unknown, { name }: Key) => {
      if (name === 'paste-start') pasted = []
      if (name === 'paste-end') {
        held = [...held, ...(pasted ?? [])]
        pasted = undefined
      }
    })
  }

  return {
    isTerminal,
    print(text) {
      if (!isTerminal || isOver) {
        output.write(`${text}\n`)
        return
      }
      // The typed text may take several rows; readline goes up by as many before it draws it anew.
      const { rows } = lines.getCursorPos()
      output.write(`${rows > 0 ? `\u001b[${rows}A` : ''}${CLEAR_BELOW}${text}\n${'\n'.repeat(rows)}`)
      lines.prompt(true)
    },
    setPrompt(prompt) {
      if (!isTerminal || isOver || lines.getPrompt() === prompt) return
      lines.setPrompt(prompt)
      if (pasted === undefined) lines.prompt(true)
    },
    close,
  }
}
