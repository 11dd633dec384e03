import { expect, test } from 'vitest'
import type { Link, LinkedTunnel } from './link.js'
import { createOwnLinks } from './own-links.js'

/** Links that do what a seeker is told, and a person who misses those devices. */
function setup(...missing: string[]) {
  const said: string[] = []
  let made = 0
  const state = { isLettingIn: false, guest: undefined as LinkedTunnel | undefined }
  const links = createOwnLinks({
    isLettingIn: () => state.isLettingIn,
    isWanted: () => missing.some((device) => !links.has(device)),
    make() {
      const name = `link ${++made}`
      const say = (what: string) => () => void said.push(`${name} ${what}`)
      const link = { start: say('starts'), stop: say('stops'), settle: say('settles') }
      return Object.defineProperty(link, 'current', { get: () => state.guest }) as unknown as Link
    },
  })
  return { links, state, said: () => said.splice(0) }
}

const A = 'aa'.repeat(16)
const B = 'bb'.repeat(16)
const tunnelWith = (device: string) =>
  ({ introduction: { peerDevice: Buffer.from(device, 'hex') } }) as unknown as LinkedTunnel

test('[V15] one device after the other is met, and whoever is missing is looked for until all are there', () => {
  const { links, said } = setup(A, B)
  links.seek()
  expect(said()).toEqual(['link 1 starts'])
  links.promote(tunnelWith(A))
  expect(said()).toEqual(['link 1 settles', 'link 2 starts'])
  links.promote(tunnelWith(B))
  expect(said()).toEqual(['link 2 settles'])
  expect([links.has(A), links.has(B)]).toEqual([true, true])
})

test('[V15] a tunnel without a path stays while another is looked for, which takes its place', () => {
  const { links, said } = setup(A)
  links.seek()
  const first = tunnelWith(A)
  links.promote(first)
  said()
  links.path(first, 'disconnected')
  links.path(first, 'disconnected')
  expect(said()).toEqual(['link 3 starts'])
  expect([links.has(A), links.stands(A)]).toEqual([false, true])
  links.path(first, 'connected')
  expect(said()).toEqual(['link 3 stops'])

  links.path(first, 'disconnected')
  said()
  links.promote(tunnelWith(A))
  expect(said()).toEqual(['link 4 settles', 'link 1 stops'])
  // What is told of the old one afterwards is of no tunnel that stands.
  links.gone(first)
  expect(links.has(A)).toBe(true)
})

test('[V15] a tunnel that ended is looked for anew, and its link rests', () => {
  const { links, said } = setup(A)
  links.seek()
  const tunnel = tunnelWith(A)
  links.promote(tunnel)
  said()
  links.gone(tunnel)
  expect(said()).toEqual(['link 1 stops', 'link 3 starts'])
  links.stop()
  expect(said()).toEqual(['link 3 stops'])
})

test('[V15] a device that is being let in stays whoever of the others is lost meanwhile', () => {
  const { links, state, said } = setup(A, B)
  links.seek()
  const tunnel = tunnelWith(A)
  links.promote(tunnel)
  state.isLettingIn = true
  links.renew()
  said()
  links.path(tunnel, 'disconnected')
  expect(said(), 'it shakes hands').toEqual([])
  state.isLettingIn = false
  state.guest = tunnelWith(B)
  links.gone(tunnel)
  expect(said(), 'its grant is on the way').toEqual(['link 1 stops'])
})
