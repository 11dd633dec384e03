/** pair, requests, accept, contacts */
import type { Me, PairingRequest } from '@solo2/sdk/node'
import { type Command, type Context, limited, until } from '../context.js'
import { sayContact, sayRequest } from '../describe.js'
import { terminalLine } from '../terminal-text.js'
import { usageError } from '../usage.js'

/** The first poll goes out when the account is opened; an empty list comes without a word. */
const REQUESTS_WAIT_MS = 3_000

export const pair: Command = async ({ output, signal, unlock, operand }) => {
  const code = operand(0, 'the code')
  const me = await unlock()
  try {
    const contact = await me.pair(code, {
      signal,
      onProgress(stage) {
        if (stage === 'asked') output.progress({ event: 'asked' }, 'asked; waiting until it is accepted')
      },
    })
    sayContact(output, contact)
  } finally {
    await me.lock()
  }
}

export const requests: Command = async ({ output, signal, unlock }) => {
  const me = await unlock()
  try {
    await firstPoll(me, signal)
    for (const request of me.requests) sayRequest(output, request)
  } finally {
    await me.lock()
  }
}

export const accept: Command = async (context) => {
  const { output, signal, unlock, operands } = context
  const me = await unlock()
  try {
    const request = await wanted(context, me, operands[0])
    const contact = await request.accept()
    output.progress({ event: 'accepted' }, `accepted; meeting ${terminalLine(contact.displayName)}`)
    await contact.connect({ signal })
    sayContact(output, contact)
  } finally {
    await me.lock()
  }
}

export const contacts: Command = async ({ output, unlock }) => {
  const me = await unlock()
  try {
    for (const contact of me.contacts) sayContact(output, contact)
  } finally {
    await me.lock()
  }
}

/** The request that `who` means; without a word, the only one. Waits for it to come. */
async function wanted({ signal }: Context, me: Me, who: string | undefined): Promise<PairingRequest> {
  const alias = who?.toUpperCase().replace(/-/g, '')
  const fits = ({ id, alias: own, displayName }: PairingRequest) =>
    who === undefined || id === who || own === alias || displayName === who
  const all = await until(
    (look) => me.on('requests', look),
    () => {
      const fitting = me.requests.filter(fits)
      return fitting.length > 0 ? fitting : undefined
    },
    signal,
  )
  const [request, ...others] = all
  if (request === undefined || others.length > 0) throw usageError('several requests: say which, by its ID')
  return request
}

/** Resolves after requests came, or when none came for a while. */
async function firstPoll(me: Me, signal: AbortSignal): Promise<void> {
  const limit = limited(signal, REQUESTS_WAIT_MS)
  await until(
    (look) => me.on('requests', look),
    () => (me.requests.length > 0 ? true : undefined),
    limit,
  ).catch(() => {})
  signal.throwIfAborted()
}
