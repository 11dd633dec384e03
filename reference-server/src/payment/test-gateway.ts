/**
 * A payment gateway for trying things out (`npm run gateway`): a page with the amount, "Pay" and "Cancel", and the signed
 * word to the server. It takes no money. Configured by GATEWAY_PORT (8480), GATEWAY_WEBHOOK and GATEWAY_SECRET.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signWebhook } from './signature.js'

const BODY_MAX = 4_096
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
}

interface Checkout {
  readonly reference: string
  readonly amount: number
  readonly returnTo: string
}

/** Undefined for what no server of ours sends. */
function checkoutOf(fields: URLSearchParams): Checkout | undefined {
  const reference = fields.get('reference') ?? ''
  const amount = fields.get('amount') ?? ''
  const returnTo = fields.get('return') ?? ''
  const isGood =
    /^[A-Za-z0-9_-]{43}$/.test(reference) &&
    /^[1-9][0-9]{0,6}$/.test(amount) &&
    /^https?:\/\/[A-Za-z0-9.:[\]-]+$/.test(returnTo)
  return isGood ? { reference, amount: Number(amount), returnTo } : undefined
}

const page = (body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Test gateway</title><h1>Test gateway</h1>${body}</html>`

const cents = (amount: number) => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`

/** All fields are of bounded alphabets that need no escaping. */
function payPage({ reference, amount, returnTo }: Checkout): string {
  const fields = Object.entries({ reference, amount: String(amount), return: returnTo })
  const hidden = fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('')
  return page(
    `<p>${cents(amount)}. No money is taken here.</p><form method="post" action="/">${hidden}<button name="act" value="pay">Pay</button> <button name="act" value="cancel">Cancel</button></form>`,
  )
}

const endPage = (text: string, returnTo: string) => page(`<p>${text}</p><p><a href="${returnTo}">Back to Solo2</a></p>`)

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > BODY_MAX) return new URLSearchParams()
  }
  return new URLSearchParams(text)
}

/** The server's status. The confirmation is random, so that rows in its order tell nothing of time. */
async function tell(webhook: string, secret: string, { reference, amount }: Checkout): Promise<number> {
  const confirmation = randomBytes(24).toString('base64url')
  const body = Buffer.from(JSON.stringify({ confirmation, reference, amount }))
  const signature = signWebhook(secret, Math.floor(Date.now() / 1000), body)
  const headers = { 'content-type': 'application/json', 'solo2-signature': signature }
  const response = await fetch(webhook, { method: 'POST', headers, body, redirect: 'error' })
  await response.body?.cancel()
  return response.status
}

const { GATEWAY_PORT = '8480', GATEWAY_WEBHOOK = '', GATEWAY_SECRET = '' } = process.env
if (GATEWAY_WEBHOOK === '' || GATEWAY_SECRET === '') {
  process.stderr.write(
    'Set GATEWAY_WEBHOOK to the address of /v1/payments/webhook and GATEWAY_SECRET to SOLO2_PAYMENT_SECRET.\n',
  )
  process.exit(2)
}

const server = createServer((request, response) => {
  const answer = (status: number, body: string) => response.writeHead(status, HEADERS).end(body)
  const respond = async () => {
    const url = new URL(request.url ?? '/', 'http://gateway.invalid')
    const isPost = request.method === 'POST'
    const fields = isPost ? await readForm(request) : url.searchParams
    const checkout = checkoutOf(fields)
    if (url.pathname !== '/' || checkout === undefined) return answer(404, page('<p>No such payment.</p>'))
    if (!isPost) return answer(200, payPage(checkout))
    if (fields.get('act') !== 'pay') return answer(200, endPage('Nothing was paid.', checkout.returnTo))
    const status = await tell(GATEWAY_WEBHOOK, GATEWAY_SECRET, checkout)
    return status === 200
      ? answer(200, endPage('Paid.', checkout.returnTo))
      : answer(409, endPage('The server does not know this payment: your money is given back.', checkout.returnTo))
  }
  respond().catch(() => answer(502, page('<p>The server does not answer; try again.</p>')))
})
server.listen(Number(GATEWAY_PORT), '127.0.0.1', () => {
  process.stdout.write(`Test gateway ready: http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`)
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0))
