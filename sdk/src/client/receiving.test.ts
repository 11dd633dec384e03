import type { Record } from '@solo2/proto/tunnel'
import { expect, test } from 'vitest'
import { takeChunk, takeProof } from '../content/file-receive.js'
import { PROTOCOL } from '../limits.js'
import { createWorld } from '../testing.js'
import { createReceiving } from './receiving.js'
import type { RunningTunnel } from './run-tunnel.js'
import { makeEntry } from './transfer-entry.js'

test('[T5] a damaged block is asked for once more, also when its file is paused and goes on meanwhile', async () => {
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
    complete: async () => undefined,
    fail: async () => undefined,
  })
  const file = new Uint8Array(PROTOCOL.ID_SIZE).fill(1)
  const offer = { file, name: 'map.bin', size: 9, root: new Uint8Array(32), media: undefined }
  const entry = makeEntry('01'.repeat(16), offer, false, 'accepted')
  await receiving.request(entry)
  expect(sent).toEqual(['fileRequest'])

  const { receive } = entry
  if (receive === undefined) throw new Error('nothing was opened')
  receive.machine = takeProof(receive.machine, { file, block: 0, path: [] })
  receiving.perform(entry, takeChunk(receive.machine, { file, offset: 0n, data: new Uint8Array(9) }))
  await receive.disk.idle()
  expect(entry.damaged).toEqual({ block: 0, times: 1, isAsked: true })
  expect(sent).toEqual(['fileRequest', 'fileRequest'])

  // Asked for a third time, it would come twice, and the second one would end the tunnel.
  await receiving.resume(entry)
  await receive.disk.idle()
  expect(sent).toEqual(['fileRequest', 'fileRequest'])
})
