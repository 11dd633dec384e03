/** doctor: what works from here to the server and its mirror, what does not, and what to try */
import { nodePlatform, type VaultOnDevice } from '@solo2/sdk/node'
import { type Command, type Context, originOf } from '../context.js'
import { checkAccount } from '../doctor/account.js'
import { type Finding, looksAt } from '../doctor/finding.js'
import { checkSocket } from '../doctor/introduction.js'
import { checkFolder, checkNode } from '../doctor/machine.js'
import { checkHost, checkPaths, checkWebRtc } from '../doctor/paths.js'
import { sayFinding, sayVerdict } from '../doctor/report.js'
import { checkServer } from '../doctor/server.js'
import { usageError } from '../usage.js'

interface Subject {
  readonly server: string
  /** Undefined: this device has no account there. */
  readonly vault: VaultOnDevice | undefined
}

async function subjectOf({ options, vaults }: Context): Promise<Subject> {
  // What cannot be read is told as the folder's problem.
  const [vault, ...others] = await vaults().catch(() => [])
  if (others.length > 0) throw usageError('several accounts on this device: say --user, and --server if need be')
  const server = options.server === undefined ? vault?.server : originOf(options.server)
  if (server === undefined) throw usageError('no account on this device: say the server with --server')
  return { server, vault }
}

const fails = (findings: readonly Finding[]): boolean => findings.some(({ level }) => level === 'problem')

/** In groups, as they are known. What the account's server names is the only thing that is asked besides it [T11]. */
async function* examine(context: Context, { server, vault }: Subject): AsyncGenerator<readonly Finding[]> {
  const platform = nodePlatform(context.folders)
  const { transport } = platform
  yield [checkNode(), looksAt('native').fine('what it needs of its own for this machine is loaded')]
  const host = await checkHost(transport)
  const without = looksAt('webrtc').untried('a data channel needs a network address')
  yield [host.level === 'fine' ? await checkWebRtc(transport) : without]
  yield await checkFolder(context.folders.folder)
  const reached = await checkServer(server)
  yield reached
  yield [host]
  if (fails(reached.filter(({ check }) => check !== 'clock'))) return yield untried('the server is not reached')
  yield [await checkSocket(platform.signaling, server)]
  if (vault === undefined) return yield untried('this device has no account there', '`solo2 register` or `solo2 login`')
  const { finding, given, paths = 'any' } = await checkAccount(context, platform, vault)
  yield [finding]
  if (given !== undefined) yield await checkPaths(transport, given, paths)
}

function untried(text: string, remedy?: string): Finding[] {
  return [looksAt('session').untried(text, remedy)]
}

export const doctor: Command = async (context): Promise<number> => {
  const { output, signal } = context
  const findings: Finding[] = []
  const groups = examine(context, await subjectOf(context))
  for (;;) {
    const { value, done } = await unlessStopped(signal, groups.next())
    if (done) break
    for (const finding of value) sayFinding(output, finding)
    findings.push(...value)
  }
  return sayVerdict(output, findings)
}

function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
