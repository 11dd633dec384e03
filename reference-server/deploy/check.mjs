/** What `solo2-server check` tells of the server that runs, with its unit's settings, user and limit of open files. For root. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const pid = execFileSync('systemctl', ['show', '--property=MainPID', '--value', 'solo2'], { encoding: 'utf8' }).trim()
if (pid === '0') {
  process.stderr.write('solo2.service does not run: journalctl -u solo2 tells why\n')
  process.exit(1)
}
const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)
const env = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)))
const files = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]
const { uid, gid } = statSync(`/proc/${pid}`)
const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const args = [`--nofile=${files}`, process.execPath, program, 'check']
process.exitCode = spawnSync('prlimit', args, { env, uid, gid, stdio: 'inherit' }).status ?? 1
