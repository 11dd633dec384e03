/** Mode `client` on a server: implementations that meet over the real introduction socket and talk over a real data channel. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientSource } from '../cases/client/client.js'
import { clientCases } from '../cases/client/index.js'
import { openServer } from '../cases/server/index.js'
import { systemClock as clock } from '../src/clock.js'
import { type Opened, runCases } from '../src/run.js'
import { select } from '../src/select.js'
import { TESTEE_LIMITS, type Testee, testeeSource } from '../src/testee/testee.js'
import { converse } from './between.js'
import { type BuiltServer, startBuiltServer } from './built-server.js'
import { type Fault, faultySource } from './faulty.js'

const TSX = [process.execPath, '--import', 'tsx', '--conditions=source']
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const PYTHON = ['/usr/bin/python3', here('../testees/python/main.py')]
const SDK = [...TSX, here('../testees/sdk/main.ts')]

let server: BuiltServer

beforeAll(async () => {
  // All registrations and tickets of this file come from one address.
  server = await startBuiltServer({ SOLO2_LIMIT_REGISTER: '1000/60', SOLO2_LIMIT_TICKETS: '400/3600' })
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

/** Throws if the command ends with another code than 0. */
async function client(...testee: readonly string[]): Promise<string> {
  const [node = '', ...rest] = [...TSX, here('../src/main.ts'), 'client', '--run', 'client/live/*']
  return (await promisify(execFile)(node, [...rest, '--server', server.url, '--', ...testee])).stdout
}

test('[T1] the SDK meets the transcription on a server, talks to it over a data channel, and meets it again', async () => {
  expect(await client(...SDK)).toMatch(/^Solo2 SDK 0\.1\.0: 6 kept$/m)
})

test('[T1] the implementation in Python, with another WebRTC library, does so too', async () => {
  // Debian's, for which tools/test/debian.ts has the packages.
  expect(await client(...PYTHON)).toMatch(/^python 1: 6 kept$/m)
})

test.each([
  ['SDK', 'Python', SDK, PYTHON],
  ['Python', 'SDK', PYTHON, SDK],
])(
  '[T1] %s offers to %s: two implementations talk without the runner between them',
  async (_, __, offerer, answerer) => {
    await using subject = openServer(server.url)
    const sources = [offerer, answerer].map((command) => testeeSource(command, { limits: TESTEE_LIMITS, trace: false }))
    try {
      const [i, r] = (await Promise.all(sources.map((source) => source.open({ note: () => undefined })))) as [
        Opened<Testee>,
        Opened<Testee>,
      ]
      await converse(subject, i.subject, r.subject)
    } finally {
      for (const source of sources) await source.close()
    }
  },
)

test.each<[Fault, string, RegExp]>([
  ['hears another text', 'client/live/again-as-offerer', /^a text of 1 characters comes as another at the testee$/],
  ['meets again like a stranger', 'client/live/again-as-answerer', /^the match of the runner is "none"/],
  ['tells of a secret that it does not keep', 'client/live/strangers-as-offerer', /^what it keeps is held nothing/],
])('one that %s is broken', async (fault, id, reason) => {
  const source = clientSource(faultySource(fault), { seed: 1, times: 1 }, openServer(server.url))
  const [result] = await runCases(select(clientCases, { run: [id], skip: [] }), source, { clock })
  expect(result).toMatchObject({ verdict: 'broken', reason: expect.stringMatching(reason) })
})

test('without a server nobody meets, and nothing is said about it', async () => {
  const source = clientSource(faultySource(undefined), { seed: 1, times: 1 })
  const results = await runCases(select(clientCases, { run: ['client/live/*'], skip: [] }), source, { clock })
  expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['untestable']))
})
