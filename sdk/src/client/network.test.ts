import { expect, it } from 'vitest'
import { withoutRelays } from './network.js'

it('asks the mirror for the own address only: no relay is left, nor a credential, nor what speaks no UDP', () => {
  const turn = ['turn:m.test:3478?transport=udp', 'turn:m.test:3478?transport=tcp', 'turns:m.test:443?transport=tcp']
  const servers = [{ urls: ['stun:s.test:3478'] }, { urls: turn, username: 'a', credential: 'b' }]
  expect(withoutRelays(servers)).toEqual([{ urls: ['stun:m.test:3478'] }])
  expect(withoutRelays([servers[0] ?? { urls: [] }])).toEqual([servers[0]])
  expect(withoutRelays([{ urls: ['turns:m.test:443'] }])).toEqual([])
})
