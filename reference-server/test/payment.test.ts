/** Payments: the gateway as a process, the webhook's door, and what is left in the database. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { afterAll, describe, expect, it } from 'vitest'
import { signWebhook } from '../src/payment/signature.js'
import { newPerson, type Person, refusal, startTestServer, type TestServer } from './harness.js'

const SECRET = 'the secret of a gateway, 32 long'
const GATEWAY = fileURLToPath(new URL('../src/payment/test-gateway.ts', import.meta.url))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

const priced = (more: Record<string, string> = {}) =>
  startTestServer({ SOLO2_PAYMENT_URL: 'https://pay.example/buy', SOLO2_PAYMENT_SECRET: SECRET, ...more })

/** A checkout's reference. */
async function checkout(server: TestServer, who: Person, amount = 500): Promise<string> {
  const { url } = await server.call('startCheckout', { amount }, who.token)
  return new URL(url).searchParams.get('reference') ?? ''
}

const confirmation = () => randomBytes(24).toString('base64url')

async function say(
  server: TestServer,
  notice: object | string,
  changes: { signature?: string; at?: number; secret?: string } = {},
) {
  const body = Buffer.from(typeof notice === 'string' ? notice : JSON.stringify(notice))
  const at = changes.at ?? Math.floor(server.clock.now / 1000)
  const response = await fetch(`${server.origin}/v1/payments/webhook`, {
    method: 'POST',
    body,
    headers: { 'solo2-signature': changes.signature ?? signWebhook(changes.secret ?? SECRET, at, body) },
  })
  return { status: response.status, result: ((await response.json()) as { result?: string }).result }
}

const balance = async (server: TestServer, who: Person) =>
  (await server.call('getAccount', {}, who.token)).account?.balance

function rows(server: TestServer, table: string): Record<string, unknown>[] {
  const db = new Database(`${server.data}/solo2.db`, { readonly: true })
  const found = db.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]
  db.close()
  return found
}

describe('StartCheckout', () => {
  it('[B1] keeps the SHA-256 of 32 random bytes, and gives the page with reference, amount and the way back', async () => {
    const server = await priced({ SOLO2_PUBLIC_ORIGIN: 'https://solo2.example' })
    const amy = await newPerson(server)
    const { url, expiresAt } = await server.call('startCheckout', { amount: 750 }, amy.token)
    const page = new URL(url)
    expect(`${page.origin}${page.pathname}`).toBe('https://pay.example/buy')
    expect(page.searchParams.get('amount')).toBe('750')
    expect(page.searchParams.get('return')).toBe('https://solo2.example')
    expect(Number(expiresAt)).toBe(server.clock.now / 1000 + 1_800)
    const reference = Buffer.from(page.searchParams.get('reference') ?? '', 'base64url')
    expect(reference).toHaveLength(32)
    const [row] = rows(server, 'checkouts')
    expect(Buffer.from(row?.['reference_hash'] as ArrayBuffer)).toEqual(createHash('sha256').update(reference).digest())
  })

  it('takes 100 to 50,000 cents, five at once, and is not there without a gateway', async () => {
    const server = await priced()
    const amy = await newPerson(server)
    for (const amount of [0, 99, 50_001]) {
      expect(await refusal(server.call('startCheckout', { amount }, amy.token))).toMatchObject({
        code: 'invalid_argument',
        field: 'amount',
      })
    }
    for (const amount of [100, 50_000, 100, 100, 100]) await server.call('startCheckout', { amount }, amy.token)
    expect(await refusal(server.call('startCheckout', { amount: 100 }, amy.token))).toMatchObject({
      code: 'rate_limited',
      wait: 1_800_000,
    })
    server.clock.now += 1_800_000
    await server.call('startCheckout', { amount: 100 }, amy.token)
    const free = await startTestServer()
    const bob = await newPerson(free)
    expect(await refusal(free.call('startCheckout', { amount: 500 }, bob.token))).toMatchObject({
      status: 501,
      code: 'unimplemented',
    })
    expect((await fetch(`${free.origin}/v1/payments/webhook`, { method: 'POST' })).status).toBe(405)
  })
})

describe('the webhook', () => {
  it('[A7] [B1] credits once whatever is repeated, and tells the gateway when to give the money back', async () => {
    const server = await priced()
    const amy = await newPerson(server)
    const notice = { confirmation: confirmation(), reference: await checkout(server, amy), amount: 500 }
    expect(await say(server, notice)).toEqual({ status: 200, result: 'credited' })
    expect(await say(server, notice)).toEqual({ status: 200, result: 'repeated' })
    expect(await say(server, { ...notice, confirmation: confirmation() })).toEqual({ status: 404, result: 'unknown' })
    const together = { confirmation: confirmation(), reference: await checkout(server, amy), amount: 300 }
    const results = await Promise.all(Array.from({ length: 8 }, () => say(server, together)))
    expect(results.map(({ result }) => result).sort()).toEqual(['credited', ...new Array(7).fill('repeated')])
    expect(await balance(server, amy)).toBe(800n)
    const late = { confirmation: confirmation(), reference: await checkout(server, amy), amount: 500 }
    server.clock.now += 1_800_000
    expect(await say(server, late)).toEqual({ status: 404, result: 'unknown' })
    expect(await balance(server, amy)).toBe(800n)
    expect(rows(server, 'payments')).toHaveLength(2)
  })

  it('refuses what is not signed, signed otherwise, or 301 s off, and what is no notice', async () => {
    const server = await priced()
    const amy = await newPerson(server)
    const notice = { confirmation: confirmation(), reference: await checkout(server, amy), amount: 500 }
    const now = Math.floor(server.clock.now / 1000)
    const good = signWebhook(SECRET, now, Buffer.from(JSON.stringify(notice)))
    for (const changes of [
      { signature: '' },
      { signature: good.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
      { signature: good.replace(String(now), String(now + 1)) },
      { signature: good.toUpperCase() },
      { secret: 'another secret of 32 characters.' },
      { at: now - 301 },
      { at: now + 301 },
    ]) {
      expect({ changes, ...(await say(server, notice, changes)) }).toMatchObject({ changes, status: 401 })
    }
    for (const bad of [
      '',
      '[]',
      'null',
      { ...notice, amount: 99 },
      { ...notice, amount: 500.5 },
      { ...notice, amount: '500' },
      { ...notice, amount: 50_001 },
      { ...notice, reference: notice.reference.slice(1) },
      { ...notice, confirmation: 'short' },
      { ...notice, confirmation: 'x'.repeat(65) },
    ]) {
      expect({ bad, ...(await say(server, bad)) }).toMatchObject({ bad, status: 400 })
    }
    expect(await say(server, 'x'.repeat(20_000))).toMatchObject({ status: 413 })
    for (const at of [now - 300, now + 300]) {
      expect((await say(server, { ...notice, confirmation: confirmation() }, { at })).status).toBe(at < now ? 200 : 404)
    }
    expect(await balance(server, amy)).toBe(500n)
  })

  it('is limited by client', async () => {
    const server = await priced({ SOLO2_LIMIT_WEBHOOK: '2/60' })
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await say(server, '{}')).status)
    expect(statuses).toEqual([400, 400, 429])
  })
})

describe('[B1] the payment record', () => {
  it('shares no value, order or byte with an account; of the checkout nothing is left', async () => {
    const server = await priced()
    const people: Person[] = []
    const references: string[] = []
    const confirmations: string[] = []
    for (let n = 0; n < 12; n++) {
      const who = await newPerson(server)
      people.push(who)
      const reference = await checkout(server, who, 500)
      references.push(reference)
      const notice = { confirmation: confirmation(), reference, amount: 500 }
      confirmations.push(notice.confirmation)
      expect((await say(server, notice)).result).toBe('credited')
    }
    expect(rows(server, 'checkouts')).toEqual([])
    const payments = rows(server, 'payments').map(({ confirmation: name, amount, day }) => ({ name, amount, day }))
    const day = Math.floor(server.clock.now / 86_400_000)
    expect(payments).toEqual([...confirmations].sort().map((name) => ({ name, amount: 500, day })))

    const others = ['accounts', 'sessions', 'pairing_requests', 'push_subscriptions', 'feedback', 'billing']
    const text = JSON.stringify(others.map((table) => rows(server, table)))
    for (const name of confirmations) expect(text).not.toContain(name)
    const accounts = rows(server, 'accounts')
    const db = new Database(`${server.data}/solo2.db`, { readonly: true })
    const tables = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'payments'").all() as { sql: string }[]
    const indexes = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'payments'").all()
    db.close()
    // The key is the order: no row ID counts payments up, and no other index keeps another order.
    expect(tables[0]?.sql).toMatch(/WITHOUT ROWID/)
    expect(indexes).toEqual([])

    await server.close()
    const bytes = readdirSync(server.data).map((name) => ({ name, content: readFileSync(join(server.data, name)) }))
    for (const reference of references) {
      const raw = Buffer.from(reference, 'base64url')
      const traces = [raw, createHash('sha256').update(raw).digest(), Buffer.from(reference)]
      for (const { content } of bytes) for (const trace of traces) expect(content.includes(trace)).toBe(false)
    }
    // No page of the file holds a confirmation and an account's identifier.
    const file = bytes.find(({ name }) => name === 'solo2.db')?.content as Buffer
    const size = file.readUInt16BE(16) === 1 ? 65_536 : file.readUInt16BE(16)
    let seen = 0
    for (let at = 0; at < file.length; at += size) {
      const leaf = file.subarray(at, at + size)
      if (!confirmations.some((name) => leaf.includes(name))) continue
      seen += 1
      for (const row of accounts) expect(leaf.includes(String(row['id']))).toBe(false)
    }
    expect(seen).toBeGreaterThan(0)
  })
})

describe('the test gateway', () => {
  const startGateway = async (webhook: string) => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', GATEWAY], {
      env: { PATH: process.env['PATH'], GATEWAY_PORT: '0', GATEWAY_WEBHOOK: webhook, GATEWAY_SECRET: SECRET },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const line = await new Promise<string>((resolve) =>
      child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk))),
    )
    return /http:\S+/.exec(line)?.[0] as string
  }

  it('[A7] [C1] takes a person from the app to its page and back by links, and the server credits what it says', async () => {
    // The gateway's clock is the real one, so the server's must be too.
    const server = await priced()
    server.clock.now = Date.now()
    const amy = await newPerson(server)
    const gateway = await startGateway(`${server.origin}/v1/payments/webhook`)
    const { url } = await server.call('startCheckout', { amount: 1_250 }, amy.token)
    const page = `${gateway}${new URL(url).search}`
    const shown = await (await fetch(page)).text()
    expect(shown).toContain('12.50')
    const press = async (act: string) => {
      const response = await fetch(gateway, {
        method: 'POST',
        body: new URLSearchParams([...new URL(url).searchParams, ['act', act]]),
      })
      return { status: response.status, text: await response.text() }
    }
    expect((await press('cancel')).text).toContain('Nothing was paid')
    expect(await balance(server, amy)).toBe(0n)
    const paid = await press('pay')
    expect(paid.status).toBe(200)
    expect(paid.text).toContain(`href="http://localhost:${server.port}"`)
    expect((await server.call('getAccount', {}, amy.token)).account).toMatchObject({
      balance: 1_250n,
      balanceChanged: true,
    })
    expect((await press('pay')).status).toBe(409)
    expect((await fetch(`${gateway}?reference=<script>&amount=1&return=http://x`)).status).toBe(404)
  })
})
