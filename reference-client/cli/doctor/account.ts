/** The account on this device, opened to ask its server, and to meet nobody. */
import {
  createSolo2,
  type GivenIceServers,
  type Me,
  type NetworkChoices,
  type Platform,
  type Signaling,
  Solo2Error,
  type VaultOnDevice,
} from '@solo2/sdk/node'
import type { Context } from '../context.js'
import { sentence } from '../errors.js'
import { readPassword } from '../password.js'
import { type Finding, looksAt } from './finding.js'

export interface OpenedAccount {
  readonly finding: Finding
  /** Undefined: nothing was asked. */
  readonly given?: GivenIceServers
  readonly paths?: NetworkChoices['paths']
}

/** An account that is only looked at tells no contact that its device is here. */
const MEETS_NOBODY: Signaling = { open: () => ({ send() {}, close() {} }) }

const LEFT_OUT = 'the account was left out, and with it what its server says of paths'
const SAY_PASSWORD = 'say --password-file or --words-file, or type the password'

async function unlock(context: Context, platform: Platform, vault: VaultOnDevice): Promise<Me | undefined> {
  const { options, signal } = context
  const solo2 = createSolo2({ ...platform, signaling: MEETS_NOBODY })
  const { server, username } = vault
  const call = { server, username, signal }
  if (options['words-file'] !== undefined) return await solo2.unlockWithWords({ ...call, words: await context.words() })
  const question = 'Password (Enter leaves the account out): '
  const password = await readPassword({ file: options['password-file'], twice: false, question })
  return password === '' ? undefined : await solo2.unlock({ ...call, password })
}

export async function checkAccount(context: Context, platform: Platform, vault: VaultOnDevice): Promise<OpenedAccount> {
  const { fine, problem, untried } = looksAt('session')
  try {
    const me = await unlock(context, platform, vault)
    if (me === undefined) return { finding: untried(LEFT_OUT, SAY_PASSWORD) }
    try {
      const given = await me.iceServers()
      return { finding: fine('the account opens, and its session holds'), given, paths: me.network.paths }
    } finally {
      await me.lock()
    }
  } catch (error) {
    if (!(error instanceof Solo2Error) || error.code === 'cancelled') throw error
    return { finding: problem(`${sentence(error)} (${error.code})`, remedyOf(error)) }
  }
}

function remedyOf({ code }: Solo2Error): string {
  switch (code) {
    case 'unauthenticated':
      return '`solo2 login`'
    case 'wrong_password':
    case 'wrong_words':
      return 'type it again; `solo2 recover` sets another one by the 24 words'
    case 'storage_locked':
      return 'end the other `solo2` that is open with this account'
    default:
      return 'try again; if it stays so, tell who runs the server'
  }
}
