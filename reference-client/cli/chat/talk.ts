/** A conversation on a terminal: what arrives and what becomes of what was sent, and the commands that a line may be. */
import { homedir } from 'node:os'
import { type Contact, type Me, type Message, Solo2Error } from '@solo2/sdk/node'
import type { Paint } from '../colour.js'
import { messageText, sayMessage } from '../describe.js'
import { sentence } from '../errors.js'
import type { Output } from '../output.js'
import { terminalLine } from '../terminal-text.js'
import { UsageError, usageError } from '../usage.js'
import { chatFiles } from './files.js'

export const CHAT_HELP = [
  'Each line is a message; pasted lines are one. A line that begins with / is a command, with // a message that begins with /.',
  '/file PATH       offer a file',
  '/files           the files of this conversation, with numbers',
  '/accept [N]      take a file that is offered; it goes to the folder of --downloads',
  '/refuse [N]      do not take it',
  '/help            this',
  '/quit            leave; so do Ctrl-D, and Ctrl-C on an empty line',
  'Before the line stand the path and what became of the last message: … on its way, ✓ there, ✓✓ read.',
]

export interface Screen {
  readonly isTerminal: boolean
  print(text: string): void
  setPrompt(prompt: string): void
}

export interface Talk {
  /** What was typed. Resolves with false when the person leaves. Does not reject. */
  take(text: string): Promise<boolean>
  /** Shows these, oldest first. */
  show(messages: readonly Message[]): void
  /** Own messages that the other side does not have yet. */
  readonly waiting: number
  stop(): void
}

export interface TalkOptions {
  readonly me: Me
  readonly contact: Contact
  readonly output: Output
  readonly screen: Screen
  readonly paint: Paint
  /** Whenever something became of what was sent. */
  onReceipt(): void
}

const MARKS: Readonly<Partial<Record<Message['state'], string>>> = {
  waiting: '…',
  sent: '…',
  delivered: '✓',
  read: '✓✓',
}

export function startTalk({ me, contact, output, screen, paint, onReceipt }: TalkOptions): Talk {
  const name = terminalLine(contact.settings.nickname || contact.displayName)
  const undelivered = new Set<string>()
  let last: Message | undefined
  let presence = ''
  let wasAway = false

  function tell(text: string): void {
    if (!output.json) screen.print(paint.dim(`-- ${text}`))
  }

  function complain(error: unknown): void {
    if (error instanceof UsageError) tell(error.message)
    else if (error instanceof Solo2Error) {
      if (output.json) output.fact({ event: 'error', code: error.code, message: sentence(error) }, '')
      else tell(`${sentence(error)} (${error.code})`)
    } else if ((error as NodeJS.ErrnoException).code !== undefined) tell('the file cannot be read')
    else throw error
    draw()
  }

  const files = chatFiles({ me, contact, output, tell, failed: complain })

  function draw(): void {
    const mark = last === undefined ? '' : (MARKS[last.state] ?? '')
    const place = contact.state === 'connected' ? contact.path : contact.state
    screen.setPrompt(`${[name, place, mark, files.moving()].filter(Boolean).join(' ')}> `)
  }

  function say(message: Message): void {
    if (output.json) sayMessage(output, message, contact)
    else screen.print(messageText(message, paint.bold(message.outgoing ? 'me' : name)))
  }

  function onPresence(): void {
    const { state, path } = contact
    const now = state === 'connected' ? `connected ${path}` : state === 'connecting' ? presence : state
    if (now !== presence && !(state === 'connected' && path === 'unknown')) {
      presence = now
      output.json
        ? output.fact({ event: 'presence', contact: contact.id, state, path }, '')
        : tell(
            state === 'connected'
              ? `${name} is here, ${path === 'mirror' ? 'through the mirror' : 'directly'}`
              : `${name} is away: what you write waits`,
          )
    }
    draw()
  }

  const isOurs = (id: string) => id === contact.id
  const stops = [
    me.on('message', (message) => {
      if (!isOurs(message.contact) || message.outgoing) return
      say(message)
      if (screen.isTerminal) contact.markRead(message.id).catch(() => {})
    }),
    me.on('receipt', (message) => {
      if (!isOurs(message.contact)) return
      if (message.state === 'delivered' || message.state === 'read') undelivered.delete(message.id)
      if (message.id === last?.id) last = message
      if (output.json) sayMessage(output, message, contact)
      draw()
      onReceipt()
    }),
    me.on('change', (message) => {
      if (isOurs(message.contact) && !message.outgoing && message.body.kind !== 'file') say(message)
    }),
    me.on('file', (transfer) => {
      if (!isOurs(transfer.contact)) return
      files.onFile(transfer)
      draw()
    }),
    me.on('presence', (changed) => {
      if (isOurs(changed.id)) onPresence()
    }),
    me.on('server', (state) => {
      if (output.json) output.fact({ event: 'server', state }, '')
      else if (state === 'away') tell('the server is away: this tunnel goes on, a new one needs it')
      else if (wasAway) tell('the server is back')
      wasAway = state === 'away'
    }),
  ]

  const COMMANDS: Readonly<Record<string, (operand: string | undefined) => Promise<void> | void>> = {
    file: (path) => {
      if (path === undefined) throw usageError('/file PATH')
      return files.offer(path.replace(/^~(?=\/)/, homedir()))
    },
    files: () => {
      const list = files.list()
      for (const line of list.length > 0 ? list : ['no files']) tell(line)
    },
    accept: (number) => files.accept(number),
    refuse: (number) => files.refuse(number),
    help: () => {
      for (const line of CHAT_HELP) tell(line)
    },
  }

  async function take(text: string): Promise<boolean> {
    const [, command, operand] = /^\/([a-z]+)(?: +(.*\S))? *$/.exec(text) ?? []
    try {
      if (command === 'quit') return false
      if (text.trim() === '') return true
      if (text.startsWith('/') && !text.startsWith('//')) {
        const act = command !== undefined && Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
        if (act === undefined) throw usageError('no such command: /help tells what there is')
        await act(operand)
        return true
      }
      const { id } = await contact.send(text.startsWith('//') ? text.slice(1) : text)
      // As it is now: it may have arrived already.
      const message = await contact.message(id)
      last = message
      if (message.state === 'waiting' || message.state === 'sent') undelivered.add(id)
      if (output.json) sayMessage(output, message, contact)
      draw()
    } catch (error) {
      complain(error)
    }
    return true
  }

  onPresence()
  for (const transfer of contact.transfers) {
    if (transfer.stage === 'offered' || (transfer.stage === 'complete' && transfer.stored)) files.onFile(transfer)
  }
  return {
    take,
    show(messages) {
      for (const message of messages) say(message)
    },
    get waiting() {
      return undelivered.size
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}
