/** A page that two people share: they register at the server that serves it, pair, meet by WebRTC and talk. */
import { browserPlatform, createSolo2 } from '@solo2/sdk'

const PASSWORD = 'blue kettle 42'

async function talk() {
  const solo2 = createSolo2(browserPlatform())
  const register = async (username) => {
    const account = { server: location.origin, username, password: PASSWORD, displayName: username }
    return (await solo2.register(account)).me
  }
  const suffix = Math.random().toString(36).slice(2, 8)
  const [ana, ben] = [await register(`ana${suffix}`), await register(`ben${suffix}`)]
  ben.on('requests', ([request]) => void request?.accept())
  const arrived = new Promise((resolve) => ben.on('message', ({ body }) => resolve(body.text)))
  const contact = await ana.pair(ben.pairingCode)
  const tunnel = await contact.connect()
  await tunnel.send('telescopes')
  return { text: await arrived, path: tunnel.path }
}

function inWorker() {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
  })
}

globalThis.stranger = { talk, inWorker }
