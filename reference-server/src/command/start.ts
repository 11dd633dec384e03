/** `solo2-server`: starts the server, says what to open, ends on SIGTERM or SIGINT with code 0. */
import { readConfig, startServer } from '../app.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Loaded only where it is wanted: no other start pays for what makes certificates. */
async function prepareLan(environment: Environment) {
  const { onLan, thisMachine } = await import('../lan/lan.js')
  return onLan(environment, thisMachine(), Date.now())
}

/** Resolves when the server runs. */
export async function start(environment: Environment, isOnLan: boolean): Promise<void> {
  const lan = isOnLan ? await prepareLan(environment) : undefined
  const config = readConfig(lan?.environment ?? environment)
  const server = await startServer(config)
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    void server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('SIGHUP', () => void server.reload())
  process.stdout.write(`Solo2 server ready: ${server.url} (stun udp ${server.stunPort ?? 'off'})\n`)
  process.stdout.write(`Open ${server.url} in a browser. Data is kept in ${config.data}. Ctrl-C ends the server.\n`)
  if (config.testClock)
    process.stdout.write('The test clock is on: whoever is on this machine can move the time here.\n')
  if (lan !== undefined) process.stdout.write(lan.told(server.port, process.stdout.isTTY))
}
