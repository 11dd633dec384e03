import { describe, expect, it } from 'vitest'
import type { Action } from '../action.js'
import type { Command } from '../command.js'
import { initialState, type State } from '../state.js'
import { update } from '../update.js'

const VAULT = { username: 'lena', server: 'https://solo2.example' }
const CODE = { words: ['fabric', 'orbit', 'lemon', 'canyon', 'trophy', 'whisper'], qr: 'x', expiresAt: 600_000 }
const PROBLEM = { code: 'wrong_code', culprit: 'person' } as const

const first = (): State =>
  initialState({
    host: 'solo2.example',
    origin: VAULT.server,
    appearance: 'system',
    language: { chosen: 'system', shown: 'en' },
    now: 1,
  })

function run(state: State, ...actions: Action[]): { state: State; commands: string[] } {
  const commands: Command[] = []
  let next = state
  for (const action of actions) {
    const step = update(next, action)
    next = step[0]
    commands.push(...step[1])
  }
  return { state: next, commands: commands.map(({ type }) => type) }
}

const undecided = () => run(first(), { type: 'undecided', vault: VAULT }).state

describe('[V16] an account that has an identity elsewhere', () => {
  it('shows nothing of it, and asks first', () => {
    const state = undecided()
    expect(state.phase).toEqual({ name: 'undecided', vault: VAULT, step: 'choice' })
    expect(state.account).toBeUndefined()
  })

  it('restores a backup once at a time, says where its damage is, and forgets that when it is tried again', () => {
    const restore = { type: 'restore_device', file: new File(['a'], 'a'), password: 'a' } as const
    const busy = run(undecided(), { type: 'undecided_step', step: 'backup' }, restore, restore)
    expect(busy.commands).toEqual(['restore_device'])
    const going = run(busy.state, { type: 'restore_progress', progress: { stage: 'merging', bytes: 7 } }).state
    expect(going.phase).toMatchObject({ step: 'restoring', progress: { stage: 'merging', bytes: 7 } })
    const problem = { code: 'backup_damaged', culprit: 'person' } as const
    const failed = run(going, { type: 'undecided_failed', step: 'backup', problem, offset: 80 }).state
    expect(failed.phase).toEqual({ name: 'undecided', vault: VAULT, step: 'backup', problem, offset: 80 })
    expect(run(failed, { type: 'restore_progress', progress: { stage: 'merging', bytes: 8 } }).state).toEqual(failed)
    expect(run(failed, restore).state.phase).not.toHaveProperty('problem')
    const cancelled = run(going, {
      type: 'undecided_failed',
      step: 'backup',
      problem: { ...problem, code: 'cancelled' },
    })
    expect(cancelled.state.phase).toEqual({ name: 'undecided', vault: VAULT, step: 'backup' })
  })

  it('publishes nothing unless the person says so', () => {
    const { commands } = run(
      undecided(),
      { type: 'undecided_step', step: 'join' },
      { type: 'join_device', code: 'six words', deviceName: 'Telephone' },
      { type: 'decline_device' },
      { type: 'undecided_failed', step: 'join', problem: PROBLEM },
      { type: 'undecided_step', step: 'anew' },
    )
    expect(commands).toEqual(['join_device'])
    expect(run(undecided(), { type: 'undecided_step', step: 'anew' }, { type: 'decline_device' }).commands).toEqual([
      'decline_device',
    ])
  })

  it('tells why joining failed, unless the person ended it', () => {
    const joining = run(undecided(), { type: 'join_device', code: 'six words', deviceName: 'Telephone' }).state
    const failed = (problem: { code: 'wrong_code' | 'cancelled'; culprit: string }) =>
      run(joining, { type: 'undecided_failed', step: 'join', problem }).state.phase
    expect(failed(PROBLEM)).toMatchObject({ step: 'join', problem: PROBLEM })
    expect(failed({ code: 'cancelled', culprit: 'caller' })).not.toHaveProperty('problem')
  })
})

describe('[V15] a code for a new device', () => {
  const shown = () => run(first(), { type: 'device_add' }, { type: 'device_code', ...CODE }).state

  it('lets in only who asked, and only when the person approved', () => {
    expect(run(shown(), { type: 'device_approve' }).commands).toEqual([])
    const asked = run(shown(), { type: 'device_asked', name: 'Telephone' }).state
    expect(run(asked, { type: 'device_approve' }, { type: 'device_approve' }).commands).toEqual(['device_approve'])
  })

  it('is nowhere in the state when it is over', () => {
    const ends: Action[] = [{ type: 'device_add_cancel' }, { type: 'device_add_ended', problem: PROBLEM }]
    for (const end of ends) expect(JSON.stringify(run(shown(), end).state)).not.toContain('fabric')
  })

  it('that comes after the person cancelled is not shown', () => {
    const { state } = run(
      first(),
      { type: 'device_add' },
      { type: 'device_add_cancel' },
      { type: 'device_code', ...CODE },
    )
    expect(state.devices.adding).toEqual({ stage: 'none' })
  })
})

describe('what comes from another device', () => {
  it('fills a bar that never runs over, and is shown at its end', () => {
    const { state } = run(first(), { type: 'sync', remaining: 90 }, { type: 'sync', remaining: 30 })
    expect(state.devices.sync).toEqual({ remaining: 30, total: 90 })
    expect(run(state, { type: 'sync', remaining: 120 }).state.devices.sync).toEqual({ remaining: 120, total: 120 })
    const ended = run(state, { type: 'sync', remaining: 0 })
    expect(ended.state.devices.sync).toBeUndefined()
    expect(ended.commands).toEqual(['show_synced'])
  })
})
