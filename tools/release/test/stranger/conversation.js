/** Two people in one process, or one worker: they register, pair, meet and talk, without a server or a network. */
import { createWorld, systemClock } from '@solo2/sdk/testing'

const PASSWORD = 'blue kettle 42'

/** `createSolo2`: of any entry. Returns what arrived. */
export async function conversation(createSolo2) {
  const world = createWorld({ clock: systemClock })
  const register = async (username) => {
    const person = createSolo2(world.device(username).platform())
    const { me } = await person.register({ server: world.server, username, password: PASSWORD, displayName: username })
    return me
  }
  const [ana, ben] = [await register('ana'), await register('ben')]
  ben.on('requests', ([request]) => void request?.accept())
  const arrived = new Promise((resolve) => ben.on('message', ({ body }) => resolve(body.text)))
  const contact = await ana.pair(ben.pairingCode)
  const tunnel = await contact.connect()
  await tunnel.send('telescopes')
  const text = await arrived
  await Promise.all([ana.lock(), ben.lock()])
  return text
}
