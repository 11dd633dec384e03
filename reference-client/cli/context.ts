/** What every command works with: the account that is meant, opened, and the ways to give up. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  type ClockDifference,
  type Contact,
  type Credentials,
  type Me,
  Solo2,
  Solo2Error,
  type VaultOnDevice,
} from '@solo2/sdk/node'
import { clockTeller } from './clock.js'
import { diagnosisTeller } from './diagnosis.js'
import type { Output } from './output.js'
import { readPassword } from './password.js'
import { type CommandLine, type Options, usageError, wholeNumber } from './usage.js'

export interface Context {
  readonly operands: readonly string[]
  readonly options: Options
  readonly output: Output
  /** Aborts at the time limit and at a signal. */
  readonly signal: AbortSignal
  /** For every door: tells of a wrong clock. */
  readonly onClock: (clock: ClockDifference) => void
  readonly folders: { readonly folder: string; readonly downloads: string }
  /** Opens the account on this device, asking nobody: with this password, else with the words or password of the options. */
  unlock(password?: string): Promise<Me>
  /** The account's password, from the options or typed. */
  password(twice: boolean): Promise<string>
  /** A password that is chosen. */
  newPassword(): Promise<string>
  /** A backup's own password. `isChosen`: asked twice where it is typed. */
  backupPassword(isChosen: boolean): Promise<string>
  /** The 24 words of --words-file, as they stand there. */
  words(): Promise<string>
  /** Those on this device that fit what was said of server and user. Rejects if --server is no address. */
  vaults(): Promise<readonly VaultOnDevice[]>
  /** Which account, where it must be said. */
  account(): { readonly server: string; readonly username: string }
  /** What to sign up or log in with. */
  credentials(twice: boolean): Promise<Credentials>
  /** The operand at that place. */
  operand(index: number, what: string): string
}

/** Resolves with an exit code where the command has one of its own. */
export type Command = (context: Context) => Promise<void> | Promise<number>

export function createContext(line: CommandLine, output: Output, signal: AbortSignal): Context {
  const { options, operands } = line
  const folders = {
    folder: resolve(options.vault ?? join(homedir(), '.solo2')),
    downloads: resolve(options.downloads ?? '.'),
  }

  const onClock = clockTeller(output)

  const password = (twice: boolean) => readPassword({ file: options['password-file'], twice, question: 'Password: ' })

  /** A second password, beside the account's. */
  function another(option: 'new-password-file' | 'backup-password-file', twice: boolean, question: string) {
    return readPassword({ file: options[option], twice, question, option })
  }

  async function words(): Promise<string> {
    const file = options['words-file']
    if (file === undefined) throw usageError('--words-file is missing')
    return await readPassword({ file, twice: false, question: '' })
  }

  function account(): { server: string; username: string } {
    const { server, user } = options
    if (server === undefined) throw usageError('--server is missing')
    if (user === undefined) throw usageError('--user is missing')
    return { server, username: user }
  }

  async function vaults(): Promise<VaultOnDevice[]> {
    const server = options.server === undefined ? undefined : originOf(options.server)
    const username = options.user?.toLowerCase()
    return (await Solo2.vaults(folders)).filter(
      (vault) => (server ?? vault.server) === vault.server && (username ?? vault.username) === vault.username,
    )
  }

  async function chosen(): Promise<VaultOnDevice> {
    const [vault, ...others] = await vaults()
    if (vault === undefined) throw usageError('no such account on this device: register or log in first')
    if (others.length > 0) throw usageError('several accounts on this device: say --user, and --server if need be')
    return vault
  }

  return {
    operands,
    options,
    output,
    signal,
    onClock,
    folders,
    password,
    newPassword: () => another('new-password-file', true, 'New password: '),
    backupPassword: (isChosen) => another('backup-password-file', isChosen, 'Password of the backup: '),
    words,
    vaults,
    account,
    async unlock(known) {
      const call = { ...(await chosen()), ...folders, signal }
      const me =
        known === undefined && options['words-file'] !== undefined
          ? await Solo2.unlockWithWords({ ...call, words: await words() })
          : await Solo2.unlock({ ...call, password: known ?? (await password(false)) })
      onClock(me.clock)
      me.on('clock', onClock)
      me.on('presence', diagnosisTeller(output))
      return me
    },
    async credentials(twice) {
      const meant = account()
      return { ...meant, password: await password(twice) }
    },
    operand(index, what) {
      const value = operands[index]
      if (value === undefined) throw usageError(`${what} is missing`)
      return value
    },
  }
}

export function originOf(server: string): string {
  try {
    return new URL(server).origin
  } catch {
    throw usageError('--server is no address, such as https://solo2.example')
  }
}

/** The contact that `who` means: alias, display name or the beginning of the ID. Exactly one. */
export function contactOf(me: Me, who: string): Contact {
  const alias = who.toUpperCase().replace(/-/g, '')
  const candidates = [
    me.contacts.filter((contact) => contact.alias === alias),
    me.contacts.filter((contact) => contact.displayName === who),
    me.contacts.filter((contact) => /^[0-9a-f]{4,64}$/i.test(who) && contact.id.startsWith(who.toLowerCase())),
  ]
  const found = candidates.find((list) => list.length > 0) ?? []
  const [contact, ...others] = found
  if (contact === undefined) throw usageError('no such contact: see `solo2 contacts`')
  if (others.length > 0) throw usageError('several contacts are called that: give the alias')
  return contact
}

/**
 * Aborts at the limit of `--timeout`, if there is one, or when `stop` does. A timer of our own: Node 20 can lose
 * AbortSignal.timeout() inside AbortSignal.any() to its garbage collector, and would then wait for ever.
 */
export function giveUpSignal(options: Options, stop: AbortSignal): AbortSignal {
  if (options.timeout === undefined) return stop
  return limited(stop, wholeNumber('timeout', options.timeout) * 1_000)
}

export function limited(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort()
  signal.addEventListener('abort', abort)
  setTimeout(abort, ms)
  return controller.signal
}

/**
 * Resolves when `condition` gives something, looked at now and at each of `subscribe`'s events. Rejects with `cancelled`
 * at the signal.
 */
export function until<T>(
  subscribe: (look: () => void) => () => void,
  condition: () => T | undefined,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = subscribe(look)
    function end(settle: () => void): void {
      stop()
      signal.removeEventListener('abort', abort)
      settle()
    }
    function look(): void {
      try {
        const value = condition()
        if (value !== undefined) end(() => resolve(value))
      } catch (error) {
        end(() => reject(error))
      }
    }
    function abort(): void {
      end(() => reject(new Solo2Error('cancelled', 'stopped')))
    }
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    else look()
  })
}
