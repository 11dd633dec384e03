/** Carries out what concerns the own devices: joining one, letting one in, and showing what came from another. */

import type { DeviceAction, History } from '../action/devices.js'
import type { Action } from '../action.js'
import type { DeviceCommand } from '../command/devices.js'
import { type DeviceInvitation, loadSinks, type Me } from '../sdk.js'
import { conversationIn } from './notes.js'
import { problemOf } from './problem.js'
import { rarely } from './safekeeping.js'
import { contactView, transferView } from './snapshot.js'

/** Messages that are shown of a conversation that nobody scrolled. */
const PAGE = 50

export interface DeviceEffects {
  readonly handlers: {
    readonly [Type in DeviceCommand['type']]: (command: Extract<DeviceCommand, { type: Type }>) => unknown
  }
  /** Listens to an opened account; returns the way to stop. */
  watch(me: Me): () => void
}

export interface DeviceWorld {
  account(): Me
  /** Goes on with that account. */
  enter(opened: Me): void
  leave(): Promise<void>
  dispatch(action: Action): void
  now(): number
  key(): number
}

export function createDeviceEffects({ account, enter, leave, dispatch, now, key }: DeviceWorld): DeviceEffects {
  /** Of the joining or restoring that runs. */
  let stopping: AbortController | undefined
  let invitation: DeviceInvitation | undefined
  /** Making a code takes a while: it may be cancelled before it is there. */
  let isWanted = false
  let touched = new Set<string>()

  async function tried(step: 'join' | 'backup' | 'anew', work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const { offset } = error as { readonly offset?: number }
      dispatch({ type: 'undecided_failed', step, problem: problemOf(error), ...(offset !== undefined && { offset }) })
    } finally {
      stopping = undefined
    }
  }

  async function history(me: Me, id: string, shown: number): Promise<[string, History]> {
    const limit = Math.max(PAGE, shown)
    const messages = (await conversationIn(me, id)?.messages({ limit })) ?? []
    return [id, { messages, more: messages.length === limit }]
  }

  return {
    handlers: {
      join_device: ({ code, deviceName }) =>
        tried('join', async () => {
          stopping = new AbortController()
          enter(await account().devices.join(code, deviceName, { signal: stopping.signal }))
        }),
      restore_device: ({ file, password }) =>
        tried('backup', async () => {
          stopping = new AbortController()
          const { blobBytes } = await loadSinks()
          const { me, failure } = await account().devices.restore({
            backup: blobBytes(file),
            password,
            signal: stopping.signal,
            onProgress: rarely((progress) => dispatch({ type: 'restore_progress', progress })),
          })
          enter(me)
          if (failure !== undefined) dispatch({ type: 'failed', problem: problemOf(failure), key: key() })
        }),
      decline_device: () =>
        tried('anew', async () => {
          await account().devices.decline()
          enter(account())
        }),
      async undecided_cancel() {
        if (stopping === undefined) await leave()
        else stopping.abort()
      },
      async device_add() {
        const me = account()
        isWanted = true
        try {
          const made = await me.devices.invite()
          invitation = made
          if (!isWanted) return made.cancel()
          const { words, qr, expiresAt } = made
          dispatch({ type: 'device_code', words, qr, expiresAt })
          dispatch({ type: 'device_asked', name: await made.asked })
        } catch (error) {
          dispatch({ type: 'device_add_ended', problem: problemOf(error) })
        }
      },
      async device_approve() {
        try {
          await invitation?.approve()
          dispatch({ type: 'device_add_ended', added: (await invitation?.asked) ?? '' })
        } catch (error) {
          invitation?.cancel()
          dispatch({ type: 'device_add_ended', problem: problemOf(error) })
        }
      },
      device_add_cancel() {
        isWanted = false
        invitation?.cancel()
      },
      device_rename: ({ device, name }) => account().devices.rename(device, name),
      device_remove: ({ device }) => account().devices.remove(device),
      async show_synced({ shown }) {
        const me = account()
        const changed = [...touched]
        touched = new Set()
        const histories = Object.fromEntries(await Promise.all(changed.map((id) => history(me, id, shown[id] ?? 0))))
        dispatch({
          type: 'synced',
          contacts: me.contacts.map(contactView),
          transfers: me.contacts.flatMap(({ transfers }) => transfers.map(transferView)),
          histories,
          now: now(),
        } satisfies DeviceAction)
      },
    },
    watch(me) {
      invitation = undefined
      touched = new Set()
      const stops = [
        me.on('devices', (list) => dispatch({ type: 'device_list', list })),
        // Of these another device brought something, or they are other objects now.
        me.on('contact', ({ id }) => touched.add(id)),
        me.on('notes', ({ id }) => touched.add(id)),
        me.on('sync', ({ remaining }) => dispatch({ type: 'sync', remaining })),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
