import type { FileChunk, FileProof, Record } from '@solo2/proto/tunnel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { concat, equal } from '../../src/bytes/bytes.js'
import {
  blockHashed,
  blockWritten,
  createFileReceive,
  endReceive,
  type FileReceive,
  type ReceiveOutput,
  type ReceiveStep,
  receiveProgress,
  receiveTunnelLost,
  requestFile,
  takeChunk,
  takeProof,
} from '../../src/content/file-receive.js'
import {
  createFileSend,
  endSend,
  type FileSend,
  gaveData,
  sendProgress,
  sendTunnelLost,
  takeProgress,
  takeRequest,
  wantedRead,
} from '../../src/content/file-send.js'
import { blockCount, buildTree, leafHash } from '../../src/content/hash-tree.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import { Solo2Error } from '../../src/errors.js'

const BLOCK = 1_048_576
const WINDOW = 8 * BLOCK
const FILE = new Uint8Array(16).fill(3)
/** Large chunks, so that a million bytes are few records; one case below uses the size of a frame. */
const CHUNK = 65_000

/** Bytes of which no two blocks are equal. */
function bytesOf(size: number): Uint8Array {
  const data = new Uint8Array(size)
  for (let i = 0; i < size; i += 997) data[i] = (i / 997) * 31 + (i >> 16) + 1
  return data
}

function treeOf(data: Uint8Array) {
  const leaves = Array.from({ length: blockCount(data.length) }, (_, i) =>
    leafHash(noblePrimitives, data.subarray(i * BLOCK, (i + 1) * BLOCK)),
  )
  return buildTree(noblePrimitives, concat(...leaves))
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof Solo2Error) return error.code
    throw error
  }
  return 'accepted'
}

function preimageOf(outputs: readonly ReceiveOutput[]): Uint8Array {
  const [output] = outputs
  if (output?.type !== 'hash') throw new Error('no block is whole')
  return output.preimage
}

/** A sender, a recipient, a tunnel between them that can be lost, and a disk that takes its time. */
function createTransfer(data: Uint8Array, chunkBytes = CHUNK) {
  const tree = treeOf(data)
  let send: FileSend = createFileSend(FILE, data.length, tree)
  let receive: FileReceive = createFileReceive({ file: FILE, size: data.length, root: tree.root })
  const disk = new Uint8Array(data.length)
  let toRecipient: Record[] = []
  let toSender: Record[] = []
  const hashing: Uint8Array[] = []
  const writing: { offset: number; data: Uint8Array }[] = []
  let durable = 0
  let completed = 0
  let mostInMemory = 0

  function perform(step: { receive: FileReceive; outputs: readonly ReceiveOutput[] }): void {
    receive = step.receive
    for (const output of step.outputs) {
      if (output.type === 'send') toSender.push(output.record)
      if (output.type === 'hash') hashing.push(output.preimage)
      if (output.type === 'write') writing.push(output)
      if (output.type === 'complete') completed++
    }
    const { phase } = receive
    if (phase.stage === 'moving') mostInMemory = Math.max(mostInMemory, phase.next - phase.durable)
  }

  const actions = {
    request: () => perform(requestFile(receive, noblePrimitives)),
    read() {
      const wanted = wantedRead(send)
      if (wanted === undefined) return
      const { offset, length } = wanted
      const given = gaveData(send, offset, data.subarray(offset, offset + length), chunkBytes)
      send = given.send
      toRecipient.push(...given.records)
    },
    carry() {
      for (const { body } of toRecipient.splice(0, 9)) {
        if (body?.$case === 'fileProof') receive = takeProof(receive, body.value)
        if (body?.$case === 'fileChunk') perform(takeChunk(receive, body.value))
      }
    },
    answer() {
      const body = toSender.shift()?.body
      if (body?.$case === 'fileRequest') send = takeRequest(send, Number(body.value.offset))
      if (body?.$case === 'fileProgress') send = takeProgress(send, Number(body.value.offset))
    },
    hash() {
      const preimage = hashing.shift()
      if (preimage === undefined) return
      perform(blockHashed(receive, preimage, noblePrimitives.sha256(preimage), noblePrimitives))
    },
    write() {
      const next = writing.shift()
      if (next === undefined) return
      expect(next.offset).toBe(durable)
      disk.set(next.data, next.offset)
      durable += next.data.length
      perform(blockWritten(receive, durable, noblePrimitives))
    },
    /** The disk refuses the next block, and the recipient asks again on the same tunnel for what is missing (10-56). */
    refuse() {
      if (writing.length === 0 || receive.phase.stage !== 'moving') return
      writing.length = 0
      hashing.length = 0
      receive = createFileReceive({ file: FILE, size: data.length, root: tree.root }, durable)
      perform(requestFile(receive, noblePrimitives, true))
    },
    lose() {
      toRecipient = []
      toSender = []
      send = sendTunnelLost(send)
      receive = receiveTunnelLost(receive)
    },
  }

  return {
    ...actions,
    finish() {
      actions.lose()
      actions.request()
      for (let rounds = 0; send.phase.stage !== 'complete'; rounds++) {
        expect(rounds).toBeLessThan(100_000)
        for (const name of ['answer', 'read', 'carry', 'hash', 'write'] as const) actions[name]()
      }
      expect(receive.phase.stage).toBe('complete')
      expect(completed).toBe(1)
      expect(equal(disk, data)).toBe(true)
      expect(sendProgress(send)).toBe(data.length)
      expect(receiveProgress(receive)).toBe(data.length)
      expect(mostInMemory).toBeLessThanOrEqual(WINDOW)
    },
  }
}

describe('files', () => {
  it.each([0, 1, 4_095, 4_096, 4_097, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK])(
    '[T5] of %i bytes arrive whole',
    (size) => createTransfer(bytesOf(size)).finish(),
  )

  it('arrive in chunks of a frame, and of one byte', () => {
    createTransfer(bytesOf(BLOCK + 5), 4_019).finish()
    createTransfer(bytesOf(999), 1).finish()
  })

  it('arrive whole whatever tunnels and disk do meanwhile', () => {
    const action = fc.constantFrom(
      'request',
      'read',
      'read',
      'carry',
      'carry',
      'carry',
      'answer',
      'answer',
      'hash',
      'write',
      'refuse',
      'lose',
    )
    const setting = fc.record({
      size: fc.integer({ min: 0, max: 4 * BLOCK }),
      actions: fc.array(action, { maxLength: 150 }),
    })
    fc.assert(
      fc.property(setting, ({ size, actions }) => {
        const transfer = createTransfer(bytesOf(size))
        transfer.request()
        let asked = true
        for (const name of actions) {
          // The recipient asks once on each tunnel.
          if (name === 'request' && asked) continue
          if (name === 'request') asked = true
          if (name === 'lose') asked = false
          transfer[name]()
        }
        transfer.finish()
      }),
      { numRuns: cases('property.run') * 3 },
    )
  })

  it('[T5] beyond 2^32 bytes count on: a resumed last byte, progress and window', () => {
    const size = 2 ** 32 + 1
    const zeros = leafHash(noblePrimitives, new Uint8Array(BLOCK))
    const last = leafHash(noblePrimitives, Uint8Array.of(5))
    const tree = buildTree(noblePrimitives, concat(...Array.from({ length: 4_096 }, () => zeros), last))
    let send = createFileSend(FILE, size, tree)
    let step = requestFile(createFileReceive({ file: FILE, size, root: tree.root }, 2 ** 32), noblePrimitives)
    expect(step.outputs).toEqual([
      { type: 'send', record: { body: { $case: 'fileRequest', value: { file: FILE, offset: 2n ** 32n } } } },
    ])
    send = takeRequest(send, 2 ** 32)
    expect(wantedRead(send)).toEqual({ offset: 2 ** 32, length: 1 })
    const { records } = gaveData(send, 2 ** 32, Uint8Array.of(5), CHUNK)
    const [proof, chunk] = records.map(({ body }) => body?.value) as [FileProof, FileChunk]
    step = takeChunk(takeProof(step.receive, proof), chunk)
    const hash = { preimage: preimageOf(step.outputs) }
    step = blockHashed(step.receive, hash.preimage, noblePrimitives.sha256(hash.preimage), noblePrimitives)
    expect(step.outputs).toEqual([{ type: 'write', offset: 2 ** 32, data: Uint8Array.of(5) }])
    step = blockWritten(step.receive, size, noblePrimitives)
    expect(step.outputs.map(({ type }) => type)).toEqual(['send', 'complete'])
    expect(sendProgress(takeProgress(send, size))).toBe(size)
  })

  it('do not leave before they are asked for, nor beyond the window, nor after the end', () => {
    const data = bytesOf(9 * BLOCK + 1)
    let send = createFileSend(FILE, data.length, treeOf(data))
    expect(wantedRead(send)).toBeUndefined()
    send = takeRequest(send, 0)
    for (let block = 0; block < 8; block++) send = readNext(send)
    expect(wantedRead(send)).toBeUndefined()
    send = takeProgress(send, BLOCK)
    expect(wantedRead(send)).toEqual({ offset: 8 * BLOCK, length: BLOCK })
    expect(wantedRead(sendTunnelLost(send))).toBeUndefined()
    const ended = endSend(send)
    expect(wantedRead(ended)).toBeUndefined()
    expect(takeRequest(ended, 0)).toBe(ended)
    expect(gaveData(ended, 8 * BLOCK, data.subarray(8 * BLOCK, 9 * BLOCK), CHUNK).records).toEqual([])

    function readNext(from: FileSend): FileSend {
      const { offset, length } = wantedRead(from) as { offset: number; length: number }
      return gaveData(from, offset, data.subarray(offset, offset + length), CHUNK).send
    }
  })

  it('refuse requests and progress that cannot be', () => {
    const data = bytesOf(2 * BLOCK + 1)
    const offered = createFileSend(FILE, data.length, treeOf(data))
    for (const offset of [1, BLOCK - 1, data.length, 3 * BLOCK, -BLOCK, Number.NaN, 2 ** 60]) {
      expect(codeOf(() => takeRequest(offered, offset))).toBe('bad_content')
    }
    expect(codeOf(() => takeProgress(offered, BLOCK))).toBe('bad_content')
    const moving = gaveData(takeRequest(offered, BLOCK), BLOCK, data.subarray(BLOCK, 2 * BLOCK), CHUNK).send
    for (const offset of [0, BLOCK + 1, 3 * BLOCK])
      expect(codeOf(() => takeProgress(moving, offset))).toBe('bad_content')
    expect(sendProgress(takeProgress(moving, 2 * BLOCK))).toBe(2 * BLOCK)
    expect(sendProgress(takeProgress(offered, data.length))).toBe(data.length)
  })

  describe('at the recipient', () => {
    const data = bytesOf(2 * BLOCK)
    const tree = treeOf(data)
    const offer = { file: FILE, size: data.length, root: tree.root }
    const asked = requestFile(createFileReceive(offer), noblePrimitives).receive
    const { records } = gaveData(
      takeRequest(createFileSend(FILE, data.length, tree), 0),
      0,
      data.subarray(0, BLOCK),
      CHUNK,
    )
    const [proof, ...chunks] = records.map(({ body }) => body?.value) as [FileProof, ...FileChunk[]]
    const first = chunks[0] as FileChunk
    const second = chunks[1] as FileChunk
    const announced = takeProof(asked, proof)
    const begun = takeChunk(announced, first).receive

    it('asked again, it passes over what is of the request before, and nothing else', () => {
      const again = requestFile(createFileReceive(offer), noblePrimitives, true).receive
      const later = takeProof(again, { ...proof, block: 1 })
      expect(later).toBe(again)
      expect(takeChunk(later, second)).toEqual({ receive: again, outputs: [] })
      const there = takeProof(again, proof)
      expect(codeOf(() => takeChunk(there, second))).toBe('bad_content')
      expect(codeOf(() => takeProof(takeChunk(there, first).receive, proof))).toBe('bad_content')
    })

    it.each<[string, () => unknown]>([
      ['a proof before the request', () => takeProof(createFileReceive(offer), proof)],
      ['a chunk before the request', () => takeChunk(createFileReceive(offer), first)],
      ['a chunk before its proof', () => takeChunk(asked, first)],
      ['a proof of a later block', () => takeProof(asked, { ...proof, block: 1 })],
      ['a second proof', () => takeProof(announced, proof)],
      ['a chunk with a gap', () => takeChunk(announced, second)],
      ['a chunk again', () => takeChunk(begun, first)],
      ['a chunk that overlaps', () => takeChunk(begun, { ...second, offset: BigInt(CHUNK - 1) })],
      ['an empty chunk', () => takeChunk(begun, { ...second, data: new Uint8Array(0) })],
      ['a chunk across the block', () => takeChunk(begun, { ...second, data: new Uint8Array(BLOCK) })],
      ['a chunk without an offset', () => takeChunk(announced, { ...first, offset: undefined })],
    ])('%s is bad_content', (_, act) => {
      expect(codeOf(act)).toBe('bad_content')
    })

    function whole(change: (preimage: Uint8Array) => void = () => undefined, used = proof, from = asked): ReceiveStep {
      let step: ReceiveStep = { receive: takeProof(from, used), outputs: [] }
      for (const chunk of chunks) step = takeChunk(step.receive, chunk)
      const preimage = preimageOf(step.outputs)
      change(preimage)
      return blockHashed(step.receive, preimage, noblePrimitives.sha256(preimage), noblePrimitives)
    }
    const flip = (preimage: Uint8Array) => {
      preimage[70_000] = (preimage[70_000] as number) ^ 1
    }
    const types = ({ outputs }: ReceiveStep) => outputs.map(({ type }) => type)

    it('[T5] a block that is not of the offered file is damaged, before a byte of it is written', () => {
      expect(types(whole())).toEqual(['write'])
      const damaged = [{ type: 'damaged', block: 0 }]
      expect(whole(flip).outputs).toEqual(damaged)
      expect(whole(undefined, { ...proof, path: [] }).outputs).toEqual(damaged)
      expect(whole(undefined, { ...proof, path: [FILE] }).outputs).toEqual(damaged)
    })

    it('a damaged block counts when it came again, and what came behind it before does not', () => {
      const { receive } = whole(flip)
      const behind = takeProof(receive, { ...proof, block: 1 })
      expect(behind).toBe(receive)
      expect(takeChunk(behind, { ...second, offset: BigInt(BLOCK) })).toEqual({ receive, outputs: [] })
      const again = requestFile(receive, noblePrimitives, true)
      expect(again.outputs).toEqual([
        { type: 'send', record: { body: { $case: 'fileRequest', value: { file: FILE, offset: 0n } } } },
      ])
      expect(types(whole(undefined, proof, again.receive))).toEqual(['write'])
      expect(types(whole(flip, proof, again.receive))).toEqual(['damaged'])
    })

    it('the hash of a block from a lost tunnel does not vouch for the block that came anew', () => {
      const bring = (from: FileReceive, change: number) => {
        let step = { receive: takeProof(from, proof), outputs: [] as readonly ReceiveOutput[] }
        for (const chunk of chunks) {
          step = takeChunk(step.receive, { ...chunk, data: chunk.data.map((byte) => byte ^ change) })
        }
        return step
      }
      const good = bring(asked, 0)
      const preimage = preimageOf(good.outputs)
      const again = requestFile(receiveTunnelLost(good.receive), noblePrimitives).receive
      const evil = bring(again, 1)
      const late = blockHashed(evil.receive, preimage, noblePrimitives.sha256(preimage), noblePrimitives)
      expect(late.outputs).toEqual([])
      expect(late.receive).toBe(evil.receive)
    })

    it('an empty file with another root is hash_mismatch', () => {
      const receive = createFileReceive({ ...offer, size: 0 })
      expect(codeOf(() => requestFile(receive, noblePrimitives))).toBe('hash_mismatch')
    })

    it('what still comes after a cancel has no effect', () => {
      const ended = endReceive(begun)
      expect(takeChunk(ended, second)).toEqual({ receive: ended, outputs: [] })
      expect(takeProof(ended, proof)).toBe(ended)
      expect(requestFile(ended, noblePrimitives).outputs).toEqual([])
    })

    it('more than the window is bad_content', () => {
      const many = bytesOf(9 * BLOCK)
      const manyTree = treeOf(many)
      const size = many.length
      let receive = requestFile(createFileReceive({ file: FILE, size, root: manyTree.root }), noblePrimitives).receive
      for (let block = 0; block < 8; block++) {
        receive = takeProof(receive, { file: FILE, block, path: [] })
        const bytes = many.subarray(block * BLOCK, (block + 1) * BLOCK)
        receive = takeChunk(receive, { file: FILE, offset: BigInt(block * BLOCK), data: bytes }).receive
      }
      expect(codeOf(() => takeProof(receive, { file: FILE, block: 8, path: [] }))).toBe('bad_content')
    })
  })
})
