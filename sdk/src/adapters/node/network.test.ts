import { expect, it } from 'vitest'
import { nodeNetwork } from './network.js'

const info = (address: string, internal = false) => ({
  address,
  internal,
  netmask: '',
  family: 'IPv4' as const,
  mac: '',
  cidr: null,
})

function watched(first: Record<string, ReturnType<typeof info>[]>) {
  const at = { interfaces: first, now: 0, changes: 0, stopped: false }
  let look = () => {}
  const stop = nodeNetwork({
    interfaces: () => at.interfaces,
    now: () => at.now,
    every(_, callback) {
      look = callback
      return () => {
        at.stopped = true
      }
    },
  }).onChange(() => at.changes++)
  const pass = (ms: number) => {
    at.now += ms
    look()
    return at.changes
  }
  return { at, pass, stop }
}

it('tells of another address and of another interface, and of nothing else', () => {
  const { at, pass, stop } = watched({ lo: [info('127.0.0.1', true)], eth: [info('192.168.1.2')] })
  expect(pass(2_000)).toBe(0)
  at.interfaces = { eth: [info('192.168.1.2'), info('fe80::1')], lo: [] }
  expect(pass(2_000), 'addresses of one link say nothing').toBe(0)
  at.interfaces = { eth: [info('192.168.1.3')] }
  expect(pass(2_000)).toBe(1)
  at.interfaces = {}
  expect(pass(2_000), 'nothing to try').toBe(1)
  at.interfaces = { wlan: [info('10.0.0.2')] }
  expect(pass(2_000)).toBe(2)
  stop()
  expect(at.stopped).toBe(true)
})

it('tells of a sleep, and not of a busy machine', () => {
  const { pass } = watched({ eth: [info('192.168.1.2')] })
  expect(pass(9_000)).toBe(0)
  expect(pass(60_000)).toBe(1)
  expect(pass(2_000)).toBe(1)
})
