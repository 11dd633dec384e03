/** Carries out commands. Here, and only here, the client holds live objects of the SDK. */
import type { Action } from '../action.js'
import type { Command } from '../command.js'
import { type Contact, type Facade, loadSdk, type Me } from '../sdk.js'
import type { VaultOnDevice } from '../sdk.js'
import { download, pushRoute, replaceRoute, setAppearance } from './device.js'
import { probe } from './probe.js'
import { problemOf } from './problem.js'
import { contactView, requestView, snapshot, transferView } from './snapshot.js'
import { sourceOf } from './source.js'

export type Dispatch = (action: Action) => void

/** Messages that one look at a conversation's past brings. */
const PAGE = 50
/** How often a vault that another tab holds is tried again. */
const RETRY_MS = 1_500
const COPIED_MS = 2_000

export interface Runner {
  start(): Promise<void>
  run(command: Command): void
}

export function createRunner(dispatch: Dispatch, world: { readonly origin: string; readonly now: () => number }): Runner {
  let me: Me | undefined
  let stopListening: () => void = () => {}
  let working: AbortController | undefined
  let stopWatching: () => void = () => {}
  let copiedTimer: ReturnType<typeof setTimeout> | undefined
  let keys = 0
  const key = (): number => ++keys

  const account = (): Me => {
    if (me === undefined) throw new Error('no open account')
    return me
  }
  const contact = (id: string): Contact => {
    const found = account().contact(id)
    if (found === undefined) throw new Error('no such contact')
    return found
  }
  const failed = (error: unknown): void => dispatch({ type: 'failed', problem: problemOf(error), key: key() })
  /** What the person is told if it goes wrong, unless they cancelled it themselves. */
  const attempt = (work: () => Promise<unknown>): void => {
    work().catch((error: unknown) => {
      if (problemOf(error).code !== 'cancelled') failed(error)
    })
  }

  function attach(next: Me): void {
    stopListening()
    me = next
    const stops = [
      next.on('requests', (requests) => dispatch({ type: 'requests', requests: requests.map(requestView) })),
      next.on('contact', (one) => dispatch({ type: 'contact', contact: contactView(one) })),
      next.on('presence', (one) => dispatch({ type: 'contact', contact: contactView(one) })),
      next.on('message', (message) => dispatch({ type: 'message', message })),
      next.on('receipt', (message) => dispatch({ type: 'message', message })),
      next.on('file', (transfer) => dispatch({ type: 'transfer', transfer: transferView(transfer), now: world.now() })),
      next.on('server', (state) => dispatch({ type: 'server', state })),
      next.on('session', () => dispatch({ type: 'session_over' })),
    ]
    stopListening = () => {
      for (const stop of stops) stop()
      stopWatching()
      me = undefined
    }
  }

  /** A long door: one at a time, can be cancelled, ends in `done` or in a problem on the same screen. */
  function door(work: (sdk: Facade, signal: AbortSignal) => Promise<Action>): void {
    working?.abort()
    const controller = new AbortController()
    working = controller
    const tryOnce = async (): Promise<void> => {
      try {
        const sdk = await loadSdk()
        dispatch({ type: 'working' })
        const action = await work(sdk, controller.signal)
        // Cancelled too late: what was opened is not shown, so it must not stay open.
        if (controller.signal.aborted) await me?.lock()
        dispatch(controller.signal.aborted ? { type: 'door_failed', problem: CANCELLED } : action)
      } catch (error) {
        const problem = controller.signal.aborted ? CANCELLED : problemOf(error)
        dispatch({ type: 'door_failed', problem })
        if (problem.code !== 'storage_locked') return
        await later(RETRY_MS, controller.signal).then(tryOnce, () => dispatch({ type: 'door_failed', problem: CANCELLED }))
      }
    }
    void tryOnce()
  }

  async function opened(next: Me): Promise<Action> {
    attach(next)
    return { type: 'opened', snapshot: snapshot(next, world.now()) }
  }

  /** With the server where it answers; without it the vault opens all the same. */
  async function unlock(sdk: Facade, vault: VaultOnDevice, password: string, signal: AbortSignal): Promise<Me> {
    const { username, server } = vault
    try {
      return await sdk.login({ server, username, password, signal })
    } catch (error) {
      if (problemOf(error).code !== 'server_away') throw error
      return sdk.unlock({ username, password, server })
    }
  }

  async function vaults(): Promise<readonly VaultOnDevice[]> {
    const sdk = await loadSdk()
    return sdk.vaults()
  }

  async function leave(how: (open: Me) => Promise<void>): Promise<void> {
    const open = me
    stopListening()
    try {
      if (open !== undefined) await how(open)
    } catch (error) {
      failed(error)
    }
    dispatch({ type: 'locked', vaults: await vaults() })
  }

  function watchPaths(contacts: readonly string[]): void {
    stopWatching()
    const controller = new AbortController()
    const stops: (() => void)[] = []
    stopWatching = () => {
      controller.abort()
      for (const stop of stops) stop()
    }
    for (const id of contacts) {
      const found = me?.contact(id)
      if (found === undefined || found.state === 'asked') continue
      found.connect({ signal: controller.signal }).then(
        (tunnel) => {
          if (controller.signal.aborted) return
          stops.push(
            tunnel.on('path', (path) => dispatch({ type: 'path', contact: id, path, now: world.now() })),
            tunnel.on('close', () => dispatch({ type: 'path', contact: id, path: undefined, now: world.now() })),
          )
        },
        () => {},
      )
    }
  }

  async function offer(command: Extract<Command, { type: 'offer' }>): Promise<void> {
    try {
      const transfer = await contact(command.contact).offerFile(sourceOf(command.file), {
        onProgress: ({ stage, bytes }) => {
          if (stage === 'preparing') dispatch({ type: 'preparing', key: command.key, bytes })
        },
      })
      dispatch({ type: 'transfer', transfer: transferView(transfer), now: world.now() })
    } finally {
      dispatch({ type: 'prepared', key: command.key })
    }
  }

  function save(id: string, file: string): void {
    const saved = contact(id).transfers.find((one) => one.id === file)?.saved
    if (saved?.blob !== undefined) download(saved.blob, saved.name)
  }

  async function copy(text: string, what: string): Promise<void> {
    await navigator.clipboard.writeText(text)
    dispatch({ type: 'copied', what })
    clearTimeout(copiedTimer)
    copiedTimer = setTimeout(() => dispatch({ type: 'copied', what: undefined }), COPIED_MS)
  }

  function run(command: Command): void {
    switch (command.type) {
      case 'register':
        return door(async (sdk, signal) => {
          const { username, displayName, password } = command
          const made = await sdk.register({ server: world.origin, username, displayName, password, signal })
          attach(made.me)
          const words = typeof made.words === 'string' ? made.words.split(' ') : [...made.words]
          return { type: 'registered', snapshot: snapshot(made.me, world.now()), words }
        })
      case 'login':
        return door(async (sdk, signal) =>
          opened(await sdk.login({ server: world.origin, username: command.username, password: command.password, signal })),
        )
      case 'unlock':
        return door(async (sdk, signal) => opened(await unlock(sdk, command.vault, command.password, signal)))
      case 'login_again':
        return door(async (sdk, signal) => {
          const { username, password } = command
          return opened(await sdk.login({ server: account().server, username, password, signal }))
        })
      case 'cancel':
        return working?.abort()
      case 'print':
        return window.print()
      case 'push':
        return pushRoute(command.route)
      case 'replace':
        return replaceRoute(command.route)
      case 'back':
        return history.back()
      case 'copy':
        return attempt(() => copy(command.text, command.what))
      case 'appearance':
        return setAppearance(command.appearance)
      case 'lock':
        return void leave((open) => open.lock())
      case 'logout':
        return void leave((open) => open.logout())
      case 'accept':
      case 'refuse':
        return void answer(command.request, command.type)
      case 'pair':
        return void pair(command.code)
      case 'history':
        return void look(command.contact, command.before)
      case 'watch_paths':
        return watchPaths(command.contacts)
      case 'send':
        return void send(command.contact, command.text)
      case 'offer':
        return attempt(() => offer(command))
      case 'file_accept':
        return attempt(() => contact(command.contact).acceptFile(command.file))
      case 'file_refuse':
        return attempt(() => contact(command.contact).refuseFile(command.file))
      case 'file_cancel':
        return attempt(() => contact(command.contact).cancelFile(command.file))
      case 'file_save':
        return attempt(async () => save(command.contact, command.file))
      default:
        return command satisfies never
    }
  }

  async function answer(id: string, how: 'accept' | 'refuse'): Promise<void> {
    try {
      const request = account().requests.find((one) => one.id === id)
      const made = how === 'accept' ? await request?.accept() : await request?.refuse()
      dispatch({ type: 'answered', request: id, ...(made === undefined ? {} : { contact: contactView(made) }) })
    } catch (error) {
      dispatch({ type: 'answer_failed', request: id, problem: problemOf(error), key: key() })
    }
  }

  async function pair(code: string): Promise<void> {
    try {
      const made = await account().pair(code, { onProgress: (stage) => dispatch({ type: 'pair_stage', stage }) })
      dispatch({ type: 'paired', contact: contactView(made) })
    } catch (error) {
      dispatch({ type: 'pair_failed', problem: problemOf(error) })
    }
  }

  async function look(id: string, before: number | undefined): Promise<void> {
    try {
      const messages = await contact(id).messages({ limit: PAGE, ...(before === undefined ? {} : { before }) })
      dispatch({ type: 'history', contact: id, messages, more: messages.length === PAGE })
    } catch (error) {
      dispatch({ type: 'history_failed', contact: id, problem: problemOf(error), key: key() })
    }
  }

  async function send(id: string, text: string): Promise<void> {
    try {
      dispatch({ type: 'message', message: await contact(id).send(text) })
    } catch (error) {
      dispatch({ type: 'send_failed', contact: id, text, problem: problemOf(error), key: key() })
    }
  }

  return {
    run,
    async start() {
      const missing = await probe()
      const known = missing.length === 0 ? await vaults().catch(() => []) : []
      dispatch({ type: 'probed', missing, vaults: known })
    },
  }
}

const CANCELLED = { code: 'cancelled', culprit: 'caller' } as const

function later(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
