#!/usr/bin/env node
/** The program: reads the environment, starts the server, says what to open, ends on SIGTERM or SIGINT with code 0. */
import { Solo2Error } from '@solo2/sdk/shared'
import { readConfig, startServer } from './app.js'

process.umask(0o077)

try {
  const config = readConfig(process.env)
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
  process.stdout.write(`Solo2 server ready: ${server.url} (stun udp ${server.stunPort ?? 'off'})\n`)
  process.stdout.write(`Open ${server.url} in a browser. Data is kept in ${config.data}. Ctrl-C ends the server.\n`)
} catch (error) {
  const known = error instanceof Solo2Error
  process.stderr.write(`Solo2 server cannot start: ${known ? error.message : String(error)}\n`)
  process.exit(1)
}
