/** Carries out commands. Here, and only here, the client holds live objects of the SDK. */
import type { Action } from '../action.js'
import type { Command } from '../command.js'
import type { LockReason } from '../locks.js'
import { type Contact, loadSdk, type Me, type Notes, type PairOptions } from '../sdk.js'
import { arrivalHandlers } from './arrivals.js'
import { download, pushRoute, replaceRoute, setAppearance } from './device.js'
import { createDeviceEffects } from './devices.js'
import { createDoors } from './door.js'
import { languageHandlers } from './language.js'
import { createLockEffects } from './locks.js'
import { createMedia } from './media.js'
import { networkHandlers } from './network.js'
import { conversationIn, notesHandlers } from './notes.js'
import { forgetSubscription, keepUp, turnOff, turnOn } from './notifications.js'
import { createOwnerTasks, lookAtAccount } from './owner.js'
import { problemOf } from './problem.js'
import { safekeepingHandlers } from './safekeeping.js'
import { createShare } from './share.js'
import { createShell } from './shell.js'
import { contactView, snapshot, transferView } from './snapshot.js'
import { sourceOf } from './source.js'
import { lookAround } from './start.js'
import { createTalk } from './talk.js'
import { watchMe, watchTunnels, watchVisibility } from './watch.js'
import { isResetting, resetEverything } from './wipe.js'

/** Messages that one look at a conversation's past brings. */
const PAGE = 50
const COPIED_MS = 2_000

type Handlers = { readonly [Type in Command['type']]: (command: Extract<Command, { type: Type }>) => unknown }

export interface Runner {
  start(): Promise<void>
  run(command: Command): void
  /** Closes tunnels and wipes keys, as far as a page that ends can. */
  close(): void
}

export interface World {
  readonly origin: string
  now(): number
}

export function createRunner(dispatch: (action: Action) => void, world: World): Runner {
  let me: Me | undefined
  let stopListening = (): void => {}
  let stopWatching = (): void => {}
  let copiedTimer: ReturnType<typeof setTimeout> | undefined
  let keys = 0
  const key = (): number => ++keys
  const tasks = createOwnerTasks(dispatch)
  const shell = createShell(dispatch)
  const share = createShare(dispatch)
  const doors = createDoors(dispatch, () => detach()?.lock() ?? Promise.resolve())

  const devices = createDeviceEffects({
    account: () => account(),
    enter: (opened) => dispatch(entered(opened)),
    leave: () => leave('lock'),
    dispatch,
    now: world.now,
    key,
  })

  const locks = createLockEffects({
    account: () => account(),
    open: () => me,
    lock: (why) => dispatch({ type: 'lock', why }),
    retry: () => doors.retry(),
    dispatch,
  })

  const account = (): Me => {
    if (me === undefined) throw new Error('no open account')
    return me
  }
  const contact = (id: string): Contact => {
    const found = account().contact(id)
    if (found === undefined) throw new Error('no such contact')
    return found
  }

  const conversation = (id: string): Contact | Notes => conversationIn(account(), id) ?? contact(id)

  const talk = createTalk({ dispatch, account, contact, conversation, key })
  const media = createMedia({ dispatch, contact, key })

  function attach(opened: Me): void {
    detach()
    me = opened
    const stops = [watchMe(opened, dispatch, world.now), devices.watch(opened), locks.watch(opened)]
    stopListening = () => {
      for (const stop of stops) stop()
    }
    // What fails here is tried again at the next opening.
    keepUp(opened).then(
      (view) => {
        if (me === opened) dispatch({ type: 'notifications', view })
      },
      () => {},
    )
  }

  /** Goes on with an account. One that has an identity elsewhere shows nothing before its person decided. */
  function entered(opened: Me): Action {
    attach(opened)
    const { username, server } = opened
    if (opened.undecided) return { type: 'undecided', vault: { username, server } }
    return { type: 'opened', snapshot: snapshot(opened, world.now()) }
  }

  function detach(): Me | undefined {
    const before = me
    stopListening()
    stopWatching()
    media.close()
    me = undefined
    return before
  }

  async function leave(how: 'lock' | 'logout', why?: LockReason): Promise<void> {
    await talk.flush()
    const left = detach()
    if (how === 'logout' && left?.notifications.endpoint !== undefined) await forgetSubscription().catch(() => {})
    share.drop()
    await left?.[how]()
    locks.closed()
    const sdk = await loadSdk()
    dispatch({ type: 'locked', vaults: await sdk.vaults(), ...(why !== undefined && { why }) })
  }

  async function offer({
    contact: id,
    key: preparing,
    file,
    media: said,
  }: Extract<Command, { type: 'offer' }>): Promise<void> {
    try {
      const transfer = await contact(id).offerFile(sourceOf(file), {
        ...(said !== undefined && { media: said }),
        onProgress: ({ stage, bytes }) => {
          if (stage === 'preparing') dispatch({ type: 'preparing', key: preparing, bytes })
        },
      })
      dispatch({ type: 'transfer', transfer: transferView(transfer), now: world.now() })
    } finally {
      dispatch({ type: 'prepared', key: preparing })
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

  async function pairing(ask: (options: PairOptions) => Promise<Contact>): Promise<void> {
    try {
      const made = await ask({ onProgress: (stage) => dispatch({ type: 'pair_stage', stage }) })
      dispatch({ type: 'paired', contact: contactView(made) })
    } catch (error) {
      dispatch({ type: 'pair_failed', problem: problemOf(error) })
    }
  }

  const stopSeeing = watchVisibility(dispatch)

  const handlers: Handlers = {
    ...safekeepingHandlers({
      dispatch,
      now: world.now,
      account,
      refresh: () => dispatch({ type: 'imported', snapshot: snapshot(account(), world.now()) }),
    }),
    ...languageHandlers(dispatch, key),
    ...devices.handlers,
    ...talk.handlers,
    ...notesHandlers(dispatch, account),
    ...locks.handlers,
    ...networkHandlers(account, dispatch),
    ...media.handlers,
    ...arrivalHandlers,
    ...share.handlers,
    register({ username, displayName, password }) {
      doors.open(async (sdk, call) => {
        const { me: made, words } = await sdk.register({
          server: world.origin,
          username,
          displayName,
          password,
          ...call,
          onProgress: (stage) => dispatch({ type: 'working', stage }),
        })
        attach(made)
        // So that the browser does not clear the vault when the disk is full; it may say no.
        void navigator.storage?.persist?.().catch(() => false)
        return { type: 'registered', snapshot: snapshot(made, world.now()), words }
      })
    },
    login({ username, password }) {
      doors.open(async (sdk, call) => {
        const opened = await sdk.login({ server: world.origin, username, password, ...call })
        return entered(opened)
      })
    },
    unlock({ vault, password }) {
      doors.open(async (sdk, call) => {
        const opened = await sdk.unlock({ ...vault, password, ...call })
        return entered(opened)
      })
    },
    unlock_with_words({ vault, words }) {
      doors.open(async (sdk, call) => {
        const opened = await sdk.unlockWithWords({ ...vault, words, ...call })
        return entered(opened)
      })
    },
    recover({ vault, words, newPassword }) {
      doors.open(async (sdk, call) => {
        const opened = await sdk.recover({ ...vault, words, newPassword, ...call })
        return entered(opened)
      })
    },
    cancel: () => doors.cancel(),
    task: ({ task }) => tasks.run(account(), task),
    task_cancel: () => tasks.cancel(),
    look_for_requests: () => me?.lookForRequests(),
    look_at_account: () => (me === undefined ? undefined : lookAtAccount(me, dispatch)),
    lock: ({ why }) => leave('lock', why),
    logout: () => leave('logout'),
    async clear_data() {
      const left = detach()
      const { server, username } = left ?? {}
      if (left?.notifications.endpoint !== undefined) await forgetSubscription().catch(() => {})
      await left?.logout()
      const sdk = await loadSdk()
      if (server !== undefined && username !== undefined) await sdk.clearData({ server, username })
      dispatch({ type: 'locked', vaults: await sdk.vaults() })
    },
    async emergency_reset() {
      const left = detach()
      if (left?.notifications.endpoint !== undefined) await forgetSubscription().catch(() => {})
      await left?.logout()
      await resetEverything(await loadSdk())
      location.replace('/')
    },
    print: () => window.print(),
    keep_shell: () => shell.keep(),
    renew: () => shell.renew(),
    push: ({ route }) => pushRoute(route),
    replace: ({ route }) => replaceRoute(route),
    back: () => history.back(),
    appearance: ({ appearance }) => setAppearance(appearance),
    async notifications({ on }) {
      dispatch({ type: 'notifications', view: await (on ? turnOn : turnOff)(account()) })
    },
    async copy({ text, what }) {
      await navigator.clipboard.writeText(text)
      dispatch({ type: 'copied', what })
      clearTimeout(copiedTimer)
      copiedTimer = setTimeout(() => dispatch({ type: 'copied', what: undefined }), COPIED_MS)
    },
    accept: ({ request }) => answer(request, 'accept'),
    refuse: ({ request }) => answer(request, 'refuse'),
    pair: ({ code }) => pairing((options) => account().pair(code, options)),
    pair_invited: ({ link }) => pairing((options) => account().acceptInvitation(link, options)),
    async invite() {
      await account().invitations.create()
      dispatch({ type: 'invitations', invitations: account().invitations.list() })
    },
    async invite_cancel({ id }) {
      await account().invitations.cancel(id)
      dispatch({ type: 'invitations', invitations: account().invitations.list() })
    },
    async verify({ contact: id, verified, scanned }) {
      await contact(id).setVerified(verified, scanned)
      dispatch({ type: 'contact', contact: contactView(contact(id)) })
    },
    async accept_devices({ contact: id }) {
      await contact(id).acceptDevices()
      dispatch({ type: 'contact', contact: contactView(contact(id)) })
    },
    watch_paths({ contacts }) {
      stopWatching()
      stopWatching = watchTunnels(
        contacts.flatMap((id) => me?.contact(id) ?? []),
        dispatch,
        world.now,
      )
    },
    async history({ contact: id, before }) {
      try {
        const messages = await conversation(id).messages({ limit: PAGE, ...(before === undefined ? {} : { before }) })
        dispatch({ type: 'history', contact: id, messages, more: messages.length === PAGE })
      } catch (error) {
        dispatch({ type: 'history_failed', contact: id, problem: problemOf(error), key: key() })
      }
    },
    async send({ contact: id, text, replyTo }) {
      try {
        const message = await conversation(id).send(text, replyTo === undefined ? {} : { replyTo })
        dispatch({ type: 'message', message })
      } catch (error) {
        dispatch({ type: 'send_failed', contact: id, text, problem: problemOf(error), key: key() })
      }
    },
    async try_now({ contact: id }) {
      await contact(id).tryNow()
      dispatch({ type: 'contact', contact: contactView(contact(id)) })
    },
    offer,
    file_accept: ({ contact: id, file }) => contact(id).acceptFile(file),
    file_refuse: ({ contact: id, file }) => contact(id).refuseFile(file),
    file_choose: ({ contact: id, file, source }) => contact(id).resumeFile(file, sourceOf(source)),
    file_pause: ({ contact: id, file }) => contact(id).pauseFile(file),
    file_resume: ({ contact: id, file }) => contact(id).resumeFile(file),
    file_cancel: ({ contact: id, file }) => contact(id).cancelFile(file),
    async file_save({ contact: id, file }) {
      const { blob, name } = await contact(id).saveFile(file)
      if (blob !== undefined) download(blob, name)
    },
  }

  /** What fails is told, unless the person cancelled it themselves. */
  async function carryOut(command: Command): Promise<void> {
    try {
      const handle = handlers[command.type] as (command: Command) => unknown
      await handle(command)
    } catch (error) {
      const problem = problemOf(error)
      if (problem.code !== 'cancelled') dispatch({ type: 'failed', problem, key: key() })
    }
  }

  return {
    run: (command) => void carryOut(command),
    close() {
      void talk.flush()
      stopSeeing()
      void detach()
        ?.lock()
        .catch(() => {})
    },
    async start() {
      if (isResetting()) {
        await resetEverything(await loadSdk())
        return location.replace('/')
      }
      void share.take()
      await lookAround(dispatch)
    },
  }
}
