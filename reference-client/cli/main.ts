#!/usr/bin/env node
/** The door of `solo2`. The program behind it needs a part made for this machine, and cannot itself say that it is missing. */
import { sayUnloaded } from './doctor/report.js'
import { EXIT } from './exit-codes.js'

// `solo2 receive | head -1` closes our stdout: then there is nobody left to tell.
process.stdout.on('error', () => process.exit(EXIT.ok))

const args = process.argv.slice(2)
const code = await import('./run.js').then(
  ({ run }) => run(args),
  (error: unknown) => sayUnloaded(args, error),
)
// WebRTC's threads would keep the process; stdout is flushed first.
process.stdout.write('', () => process.exit(code))
