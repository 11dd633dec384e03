/** Password, words and the account itself, changed while people live in it: whole clients over the in-memory twins. */
import { expect, test } from 'vitest'
import type { Me } from '../../src/client/api.js'
import { createSolo2 } from '../../src/client/solo2.js'
import type { StillWorld } from '../../src/testing.js'
import { contactOf, join, PASSWORD, type Person, pair, passing, until } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const ANOTHER = 'green anchor 17'

function door(world: StillWorld, person: Person, device = person.device) {
  const solo2 = createSolo2(device.platform())
  const place = { server: world.server, username: person.name }
  return {
    login: (password: string) => passing(world, solo2.login({ ...place, password })),
    unlock: (password: string) => passing(world, solo2.unlock({ ...place, password })),
    unlockWithWords: (words: readonly string[]) =>
      passing(world, solo2.unlockWithWords({ ...place, words: words.join(' ') })),
    recover: (words: readonly string[], newPassword: string) =>
      passing(world, solo2.recover({ ...place, words: words.join(' '), newPassword })),
  }
}

async function joined(world: StillWorld, name: string): Promise<Person & { words: string[] }> {
  const device = world.device(name)
  const solo2 = createSolo2(device.platform())
  const made = solo2.register({ server: world.server, username: name, password: PASSWORD, displayName: name })
  const { me, words } = await passing(world, made)
  return { name, device, me, received: [], words }
}

/** Every entry of a person's vault, as the disk has it. */
function sealedBytes({ device }: Person): Map<string, string> {
  const [vault] = device.disk.vaults.values()
  const entries = [...(vault ?? [])].flatMap(([table, records]) =>
    [...records].map(([id, value]): [string, string] => [`${table}/${id}`, Buffer.from(value).toString('hex')]),
  )
  return new Map(entries)
}

test('[V6] another password wraps the master key anew: no sealed byte changes, identity, contacts and words stay', async () => {
  const { world, ana, ben } = await pair()
  const words = await passing(world, ana.me.words({ password: PASSWORD }))
  const contact = contactOf(ana).id
  // Or the two would meet again, which is kept in the vault too.
  await ben.me.lock()
  await ana.me.lock()
  const me = await door(world, ana).unlock(PASSWORD)
  await world.clock.advance(5_000)
  const before = sealedBytes(ana)
  await passing(world, me.changePassword({ password: PASSWORD, newPassword: ANOTHER }))
  const after = sealedBytes(ana)
  const changed = [...after].filter(([name, value]) => before.get(name) !== value).map(([name]) => name)
  // The own record holds authKey, which is made from the password.
  expect(changed).toEqual(['header/header', 'self/self'])
  expect([...before.keys()].sort()).toEqual([...after.keys()].sort())
  expect(await passing(world, me.words({ password: ANOTHER }))).toEqual(words)
  await me.lock()
  await expect(door(world, ana).unlock(PASSWORD)).rejects.toMatchObject({ code: 'wrong_password' })
  const again = await door(world, ana).unlock(ANOTHER)
  expect(again.contacts.map(({ id }) => id)).toEqual([contact])
})

test('a wrong or weak password changes nothing, and the session goes on', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const wrong = ana.me.changePassword({ password: 'not the one', newPassword: ANOTHER })
  await expect(passing(world, wrong)).rejects.toMatchObject({ code: 'wrong_password' })
  const weak = ana.me.changePassword({ password: PASSWORD, newPassword: 'short' })
  await expect(passing(world, weak)).rejects.toMatchObject({ code: 'weak_password', field: 'password' })
  await passing(world, ana.me.rename('Ana Maria'))
  await ana.me.lock()
  await door(world, ana).unlock(PASSWORD)
})

test('a change whose answer is lost is found out: the vault follows the server', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  world.accounts.failNext('changePassword', 'answer')
  await passing(world, ana.me.changePassword({ password: PASSWORD, newPassword: ANOTHER }))
  await ana.me.lock()
  await door(world, ana).unlock(ANOTHER)
})

test('a change that never arrived is refused, and the former password holds', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  world.accounts.failNext('changePassword', 'request')
  const change = passing(world, ana.me.changePassword({ password: PASSWORD, newPassword: ANOTHER }))
  await expect(change).rejects.toMatchObject({ code: 'server_away' })
  await ana.me.lock()
  await door(world, ana).login(PASSWORD)
})

test('a password changed on one device: the other one is told, signs in, and opens with it from then on', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const second = world.device('ana-2')
  const other = await door(world, ana, second).login(PASSWORD)
  const told: string[] = []
  other.on('session', (state) => told.push(state))
  await passing(world, ana.me.changePassword({ password: PASSWORD, newPassword: ANOTHER }))
  await until(world, () => told.length === 1)
  await expect(passing(world, other.signIn({ password: PASSWORD }))).rejects.toMatchObject({ code: 'wrong_password' })
  await passing(world, other.signIn({ password: ANOTHER }))
  expect(told).toEqual(['over', 'valid'])
  await passing(world, other.account())
  await other.lock()
  world.stopServer()
  await door(world, ana, second).unlock(ANOTHER)
})

test('a password changed while the other device was locked opens its vault, once the server answers', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const second = world.device('ana-2')
  await (await door(world, ana, second).login(PASSWORD)).lock()
  await passing(world, ana.me.changePassword({ password: PASSWORD, newPassword: ANOTHER }))
  world.stopServer()
  await expect(door(world, ana, second).login(ANOTHER)).rejects.toMatchObject({ code: 'wrong_password' })
  world.startServer()
  await (await door(world, ana, second).login(ANOTHER)).lock()
  world.stopServer()
  await door(world, ana, second).unlock(ANOTHER)
})

test('[A4] new words: the former ones open neither vault nor account, on this device and on one that was locked', async () => {
  const world = stillWorld()
  const ana = await joined(world, 'ana')
  const second = world.device('ana-2')
  await (await door(world, ana, second).login(PASSWORD)).lock()
  const words = await passing(world, ana.me.newWords({ password: PASSWORD }))
  expect(words).not.toEqual(ana.words)
  await ana.me.lock()
  await expect(door(world, ana).unlockWithWords(ana.words)).rejects.toMatchObject({ code: 'wrong_words' })
  await (await door(world, ana).unlockWithWords(words)).lock()
  const nowhere = world.device('ana-3')
  await expect(door(world, ana, nowhere).recover(ana.words, ANOTHER)).rejects.toMatchObject({ code: 'wrong_words' })
  // The same password opens the second device, which takes over what the server has by itself.
  const other = await door(world, ana, second).login(PASSWORD)
  await until(world, async () => {
    const opened = await other.words({ password: PASSWORD })
    return opened.join() === words.join()
  })
  await other.lock()
  await expect(door(world, ana, second).unlockWithWords(ana.words)).rejects.toMatchObject({ code: 'wrong_words' })
  await door(world, ana, second).unlockWithWords(words)
})

test('password and words changed elsewhere: a locked device says that it needs what it had', async () => {
  const world = stillWorld()
  const ana = await joined(world, 'ana')
  const second = world.device('ana-2')
  await (await door(world, ana, second).login(PASSWORD)).lock()
  await passing(world, ana.me.newWords({ password: PASSWORD }))
  await passing(world, ana.me.changePassword({ password: PASSWORD, newPassword: ANOTHER }))
  await expect(door(world, ana, second).login(ANOTHER)).rejects.toMatchObject({ code: 'former_password' })
  const other = await door(world, ana, second).login(PASSWORD)
  await passing(world, other.signIn({ password: ANOTHER }))
  await other.lock()
  await door(world, ana, second).unlock(ANOTHER)
})

test('[V7] the password is lost: the words open this vault with no server, and set another password', async () => {
  const world = stillWorld()
  const ana = await joined(world, 'ana')
  await ana.me.lock()
  world.stopServer()
  const me = await door(world, ana).unlockWithWords(ana.words)
  expect(me.displayName).toBe('ana')
  await me.lock()
  await expect(door(world, ana).recover(ana.words, ANOTHER)).rejects.toMatchObject({ code: 'server_away' })
  world.startServer()
  await (await door(world, ana).recover(ana.words, ANOTHER)).lock()
  await door(world, ana).unlock(ANOTHER)
})

test('[V7] on another device the words open the account; every session of before is over', async () => {
  const world = stillWorld()
  const ana = await joined(world, 'ana')
  const told: string[] = []
  ana.me.on('session', (state) => told.push(state))
  const me = await door(world, ana, world.device('ana-2')).recover(ana.words, ANOTHER)
  expect((await passing(world, me.sessions())).map(({ current }) => current)).toEqual([true])
  await until(world, () => told.includes('over'))
})

test('[V8] the words are lost: the password shows them again, and without the server those that this device knows', async () => {
  const world = stillWorld()
  const ana = await joined(world, 'ana')
  expect(await passing(world, ana.me.words({ password: PASSWORD }))).toEqual(ana.words)
  world.stopServer()
  expect(await passing(world, ana.me.words({ password: PASSWORD }))).toEqual(ana.words)
  await expect(passing(world, ana.me.words({ password: 'not the one' }))).rejects.toMatchObject({
    code: 'wrong_password',
  })
})

test('[V9] with neither password nor words nothing opens, and a wrong word changes nothing', async () => {
  const world = stillWorld()
  const ana = await joined(world, 'ana')
  const ben = await joined(world, 'ben')
  await ana.me.lock()
  await expect(door(world, ana).login('not the one')).rejects.toMatchObject({ code: 'wrong_password' })
  await expect(door(world, ana).unlockWithWords(ben.words)).rejects.toMatchObject({ code: 'wrong_words' })
  await expect(door(world, ana).recover(ben.words, ANOTHER)).rejects.toMatchObject({ code: 'wrong_words' })
  await expect(door(world, ana).recover(ana.words.slice(1), ANOTHER)).rejects.toMatchObject({
    code: 'wrong_words',
    field: 'words',
  })
  await door(world, ana).login(PASSWORD)
})

test('[A5] [A6] another name and another code: told to this device and to the next that asks; the former code finds nobody', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const ben = await join(world, 'ben')
  const former = ana.me.pairingCode
  const seen: string[] = []
  ana.me.on('account', ({ displayName, pairingCode }) => seen.push(`${displayName} ${pairingCode}`))
  await passing(world, ana.me.rename('  Ana  Maria '))
  expect(ana.me.displayName).toBe('Ana Maria')
  const code = await passing(world, ana.me.newPairingCode())
  expect(seen).toEqual([`Ana Maria ${former}`, `Ana Maria ${code}`])
  await expect(passing(world, ben.me.pair(former))).rejects.toMatchObject({ code: 'wrong_code' })
  await expect(passing(world, ana.me.rename('\u200b'))).rejects.toMatchObject({
    code: 'invalid_argument',
    field: 'display_name',
  })
  await ana.me.lock()
  const again: Me = await door(world, ana).unlock(PASSWORD)
  expect([again.displayName, again.pairingCode]).toEqual(['Ana Maria', code])
})

test('[S2] sessions are listed and ended at will', async () => {
  const world = stillWorld()
  const ana = await join(world, 'ana')
  const other = await door(world, ana, world.device('ana-2')).login(PASSWORD)
  await until(world, async () => (await ana.me.sessions()).length === 2)
  expect((await ana.me.sessions()).filter(({ current }) => current)).toHaveLength(1)
  expect(await passing(world, ana.me.endSessions([]))).toBe(0)
  expect(await passing(world, ana.me.endSessions())).toBe(1)
  // Its key still holds: it logs in by itself with its next call.
  await passing(world, other.account())
  expect(await passing(world, ana.me.sessions())).toHaveLength(2)
})

test('[D1] the account is deleted: name and code are free, the vault stays and opens', async () => {
  const { world, ana, ben } = await pair()
  const told: string[] = []
  ana.me.on('session', (state) => told.push(state))
  await expect(passing(world, ana.me.deleteAccount({ password: 'not the one' }))).rejects.toMatchObject({
    code: 'wrong_password',
  })
  await passing(world, ana.me.deleteAccount({ password: PASSWORD }))
  expect(told).toEqual(['over'])
  await expect(passing(world, ana.me.account())).rejects.toMatchObject({ code: 'unauthenticated' })
  await passing(world, contactOf(ana).send('still here'))
  await until(world, () => ben.received.includes('still here'))
  await ana.me.lock()
  const me = await door(world, ana).unlock(PASSWORD)
  expect(await me.contacts[0]?.messages()).toHaveLength(1)
  await me.lock()
  const second = createSolo2(world.device('somebody').platform())
  const place = { server: world.server, username: 'ana', password: ANOTHER, displayName: 'another' }
  await passing(world, second.register(place))
})
