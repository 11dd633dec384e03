/** What a stranger can see of payments, without paying (spec/05 section 15). */
import { ensureKept, Untestable } from '../../src/case.js'
import { attempt, refused } from './calls.js'
import { timeOf } from './clock.js'
import { person } from './people.js'
import { ask, type ServerCase } from './subject.js'

const checkout: ServerCase = {
  id: 'server/payments/checkout',
  title: 'a checkout leads to a page by a random reference that names nobody, for half an hour',
  promises: ['B1'],
  rules: ['05-62', '05-64'],
  explain:
    'Two checkouts are begun and not paid. Their addresses must hold amount, way back and 32 random bytes each and nothing of the account, and end within 1,800 seconds. A server without a gateway takes no payments, and there is nothing to look at.',
  async run(subject, seen) {
    const { token, account } = await person(subject, 'dan')
    const references: string[] = []
    for (const amount of [100, 50_000]) {
      const { response, refusal } = await attempt(subject, 'startCheckout', { amount }, token)
      if (refusal?.code === 'unimplemented') throw new Untestable('this server takes no payments')
      ensureKept(response !== undefined, `refused with ${refusal?.code}`)
      const url = new URL(response.url)
      seen.note(response.url)
      const { reference = '', amount: told, return: back, ...others } = Object.fromEntries(url.searchParams)
      ensureKept(/^[A-Za-z0-9_-]{43}$/.test(reference), `the reference is ${reference}`)
      ensureKept(told === String(amount) && back !== undefined, `amount ${told}, return ${back}`)
      ensureKept(Object.keys(others).length === 0, `the page is told ${Object.keys(others).join(', ')}`)
      const lives = Number(response.expiresAt) - (await timeOf(subject)) / 1000
      ensureKept(lives > 0 && lives <= 1_800 + 60, `it lives ${lives} s`)
      for (const own of [account.username, account.alias, account.pairingCode]) {
        ensureKept(!response.url.includes(own), `the page is told ${own}`)
      }
      references.push(reference)
    }
    ensureKept(references[0] !== references[1], 'two checkouts have one reference')
    for (const amount of [0, 99, 50_001]) {
      await refused(subject, 'startCheckout', { amount }, token, 'invalid_argument', 'amount')
    }
  },
}

const webhook: ServerCase = {
  id: 'server/payments/webhook',
  title: 'a word that the gateway did not sign credits nothing',
  promises: ['B1', 'A7'],
  rules: ['05-61'],
  explain:
    'Notices without a signature, with a wrong one and with one of another time are sent. Each must be 401, with the headers of every answer; nobody can top up an account by talking to the server.',
  async run(subject) {
    const body = JSON.stringify({ confirmation: 'conformance-suite-000001', reference: 'A'.repeat(43), amount: 500 })
    const now = Math.floor(Date.now() / 1000)
    const signatures = [
      `t=${now},v1=${'0'.repeat(64)}`,
      `t=${now - 3_600},v1=${'0'.repeat(64)}`,
      't=,v1=',
      `t=${now},v1=`,
    ]
    for (const [n, signature] of [undefined, ...signatures].entries()) {
      const headers = { 'content-type': 'application/json', ...(signature && { 'solo2-signature': signature }) }
      const { status } = await ask(subject, { path: '/v1/payments/webhook', headers, body })
      // Once a server has refused one, 404 for another means that it took its signature for a good one.
      if (n === 0 && (status === 404 || status === 405)) throw new Untestable('this server takes no payments')
      ensureKept(status === 401, `a notice signed "${signature ?? ''}" is ${status}`)
    }
  },
}

export const paymentCases: readonly ServerCase[] = [checkout, webhook]
