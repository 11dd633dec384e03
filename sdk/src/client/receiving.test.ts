import type { Record } from '@solo2/proto/tunnel'
import { expect, test, vi } from 'vitest'
import { takeChunk, takeProof } from '../content/file-receive.js'
import { PROTOCOL } from '../limits.js'
import { createWorld } from '../testing.js'
import { createReceiving } from './receiving.js'
import type { RunningTunnel } from './run-tunnel.js'
import { leafHash, makeEntry } from './transfer-entry.js'

const FILE = new Uint8Array(PROTOCOL.ID_SIZE).fill(1)

async function receive(root: Uint8Array = new Uint8Array(32)) {
  const platform = createWorld().device('ben').platform()
  const sent: string[] = []
  const tunnel = {
    queueRecords: (records: readonly Record[]) => sent.push(...records.map(({ body }) => body?.$case ?? '')),
  } as unknown as RunningTunnel
  const receiving = createReceiving({
    platform,
    place: ({ id }) => ({ vault: 'ben', conversation: '0'.repeat(32), file: id }),
    tunnel: () => tunnel,
    isClosed: () => false,
    tell: () => undefined,
    async complete(entry) {
      entry.stage = 'complete'
    },
    fail: async () => undefined,
  })
  const entry = makeEntry('01'.repeat(16), { file: FILE, name: 'map.bin', size: 9, root }, false, 'accepted')
  await receiving.request(entry)
  const state = entry.receive
  if (state === undefined) throw new Error('nothing was opened')
  const block = async () => {
    state.machine = takeProof(state.machine, { file: FILE, block: 0, path: [] })
    receiving.perform(entry, takeChunk(state.machine, { file: FILE, offset: 0n, data: new Uint8Array(9) }))
    await state.disk.idle()
  }
  return { receiving, entry, sent, state, block }
}

test('[T5] a damaged block is asked for once more, also when its file is paused and goes on meanwhile', async () => {
  const { receiving, entry, sent, state, block } = await receive()
  expect(sent).toEqual(['fileRequest'])
  await block()
  expect(entry.damaged).toEqual({ block: 0, times: 1, isAsked: true })
  expect(sent).toEqual(['fileRequest', 'fileRequest'])

  // Asked for a third time, it would come twice, and the second one would end the tunnel.
  await receiving.resume(entry)
  await state.disk.idle()
  expect(sent).toEqual(['fileRequest', 'fileRequest'])
})

test('a file that is whole keeps neither its machine nor its sink', async () => {
  const root = await leafHash(new Uint8Array(9), createWorld().device('ada').platform().host)
  const { entry, sent, block } = await receive(root)
  await block()
  await vi.waitFor(() => expect(entry).toMatchObject({ stage: 'complete', receive: undefined }))
  expect(sent).toEqual(['fileRequest', 'fileProgress'])
})
