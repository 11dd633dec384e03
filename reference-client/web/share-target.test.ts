/** The worker's side of the share target: bounded, given once, nothing of it in the address. */
import { expect, it } from 'vitest'
import { createShareTarget, SHARE_BYTES } from './share-target.js'

const ADDRESS = 'http://localhost/share'

function post(fields: readonly (readonly [name: string, value: string | File])[]): Request {
  const body = new FormData()
  for (const [name, value] of fields) body.append(name, value)
  return new Request(ADDRESS, { method: 'POST', body })
}

it('gives what was shared once, and leads to an address that holds nothing of it', async () => {
  const target = createShareTarget()
  const file = new File(['abc'], 'a.png', { type: 'image/png' })
  const fields = [
    ['title', 'T'],
    ['text', 'https://x.example'],
    ['url', 'https://x.example'],
    ['other', 'no'],
    ['files', file],
    ['files', new File([], '')],
  ] as const
  const answer = await target.receive(post(fields))
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/#shared'])
  const given = target.take()
  if (typeof given === 'string') throw new Error(given)
  expect(given.text).toBe('T\nhttps://x.example')
  expect(given.files.map(({ name, size, type }) => [name, size, type])).toEqual([['a.png', 3, 'image/png']])
  expect(target.take()).toBe('gone')
})

it('takes nothing of what is too large, and the last one counts', async () => {
  const target = createShareTarget()
  const chunk = new Uint8Array(1_048_576)
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent += chunk.length
      controller.enqueue(chunk)
    },
  })
  const endless = { method: 'POST', body, duplex: 'half' }
  await target.receive(new Request(ADDRESS, endless))
  expect(target.take()).toBe('too_large')
  expect(sent).toBeLessThan(SHARE_BYTES + 4 * chunk.length)
  for (const many of [
    [['text', 'x'.repeat(65_537)] as const],
    Array.from({ length: 33 }, (_, n) => ['files', new File(['a'], `${n}`)] as const),
  ]) {
    await target.receive(post([['text', 'before']]))
    await target.receive(post(many))
    expect(target.take()).toBe('too_large')
  }
})

it('has nothing of an empty or broken form', async () => {
  const target = createShareTarget()
  for (const request of [
    post([['text', ' ']]),
    new Request(ADDRESS, { method: 'POST' }),
    new Request(ADDRESS, {
      method: 'POST',
      body: 'x',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
    }),
  ]) {
    expect((await target.receive(request)).status).toBe(303)
    expect(target.take()).toBe('gone')
  }
})
