/** What an operator's tools ask a running server: does it live, can it work, and coarse counts. */
import { Agent, get } from 'node:http'
import { describe, expect, it } from 'vitest'
import { newPerson, refusal, startTestServer } from '../harness.js'

const ask = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, init)
  return { status: response.status, text: await response.text(), headers: response.headers }
}

describe('health and readiness', () => {
  it('say one word, with the headers of every answer', async () => {
    const server = await startTestServer()
    for (const path of ['/health', '/ready']) {
      const { status, text, headers } = await ask(`${server.origin}${path}`)
      expect({ status, text }).toEqual({ status: 200, text: 'ok\n' })
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await ask(`${server.origin}${path}`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
      expect((await ask(`${server.origin}${path}`, { method: 'POST' })).status).toBe(405)
    }
  })

  it('is no longer ready while it ends, for who is still connected', async () => {
    const server = await startTestServer({ SOLO2_PASSWORD_WORKERS: '1' })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ready = () =>
      new Promise<number | undefined>((resolve, reject) => {
        get(`${server.origin}/ready`, { agent }, (response) => {
          response.resume()
          response.on('end', () => resolve(response.statusCode))
        }).on('error', reject)
      })
    expect(await ready()).toBe(200)
    // Calls that wait for Argon2 hold the end up for longer than the question takes.
    const running = Array.from({ length: 20 }, () => newPerson(server, { publish: false }).catch(() => undefined))
    await running[0]
    const closed = server.close()
    expect(await ready()).toBe(503)
    await Promise.all([closed, ...running])
    agent.destroy()
  })
})

describe('[X1] the metrics', () => {
  it('are off unless a port is given', async () => {
    const server = await startTestServer()
    expect(server.metricsPort).toBeUndefined()
    expect((await ask(`${server.origin}/metrics`)).status).toBe(404)
  })

  it('are told at loopback only, and hold nothing of anybody', async () => {
    const server = await startTestServer({ SOLO2_METRICS_PORT: '0', SOLO2_HOST: '0.0.0.0' })
    const metrics = `http://127.0.0.1:${server.metricsPort}/metrics`
    const people = []
    for (let i = 0; i < 6; i++) people.push(await newPerson(server))
    for (let i = 0; i < 6; i++) await refusal(server.call('getAccount', {}, new Uint8Array(32)))
    const before = (await ask(metrics)).text
    expect(before).not.toContain('solo2_answers_total{')
    await server.sweep()
    const { status, text, headers } = await ask(metrics)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('version=0.0.4')
    expect(text).toContain('solo2_answers_total{status="200"} 10\n')
    expect(text).toContain('solo2_events_total{event="refused",code="unauthenticated"} 5\n')
    for (const { username, alias, pairingCode } of people)
      for (const mark of [username, alias, pairingCode]) expect(text).not.toContain(mark)
    expect(text).not.toMatch(/method|account|topic|address|127\.0\.0\.1/i)
    expect((await ask(metrics.replace('/metrics', '/'))).status).toBe(404)
    await expect(fetch(`http://127.0.0.2:${server.metricsPort}/metrics`)).rejects.toThrow()
  })
})
