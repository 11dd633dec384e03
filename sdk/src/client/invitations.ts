/** Invitations that this account made and nobody used yet (spec/04 section 7, spec/07 section 4). */
import { InvitationRecord } from '@solo2/proto/vault'
import { equal, toHex, wipe } from '../bytes/bytes.js'
import { invitationLink } from '../identity/invitation.js'
import { PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { Invitations, OpenInvitation } from './api.js'
import { type Change, put, remove, type Vault } from './vault-store.js'

export interface LiveInvitations extends Invitations {
  /** What may be psk0 with somebody who was not met yet, the newest first. */
  secrets(): Uint8Array[]
  /** What to commit when a handshake with this secret was confirmed; the invitation is over from then on. */
  spend(secret: Uint8Array): Change[]
  close(): void
}

export interface InvitationsOptions {
  readonly host: Host
  readonly vault: Vault
  readonly server: string
  /** The own id, 32 bytes. */
  readonly id: Uint8Array
  code(): string
}

const TABLE = 'invitation'
const SECRET_SIZE = 32
const LIFE_MS = PROTOCOL.INVITATION_SECONDS * 1_000

export async function openInvitations(options: InvitationsOptions): Promise<LiveInvitations> {
  const { host, vault, server, id } = options
  const records = new Map(await vault.entries(TABLE, InvitationRecord))

  const isOver = ({ createdAt }: InvitationRecord) => host.now() >= Number(createdAt) + LIFE_MS

  function living(): [string, InvitationRecord][] {
    return [...records]
      .filter(([, record]) => !isOver(record))
      .sort(([, a], [, b]) => Number(b.createdAt - a.createdAt))
  }

  function forget(name: string): void {
    wipe(records.get(name)?.secret ?? new Uint8Array(0))
    records.delete(name)
  }

  async function sweep(): Promise<void> {
    const over = [...records].filter(([, record]) => isOver(record)).map(([name]) => name)
    if (over.length === 0) return
    await vault.commit(over.map((name) => remove(TABLE, name)))
    for (const name of over) forget(name)
  }

  const shown = (name: string, { secret, createdAt }: InvitationRecord): OpenInvitation => ({
    id: name,
    link: invitationLink({ server, code: options.code(), id, secret }),
    expiresAt: Number(createdAt) + LIFE_MS,
  })

  await sweep()

  return {
    async create() {
      await sweep()
      const name = toHex(host.random(PROTOCOL.ID_SIZE))
      const record = { secret: host.random(SECRET_SIZE), createdAt: BigInt(host.now()) }
      await vault.commit([put(TABLE, name, InvitationRecord, record)])
      records.set(name, record)
      return shown(name, record)
    },
    list: () => living().map(([name, record]) => shown(name, record)),
    async cancel(name) {
      if (!records.has(name)) return
      await vault.commit([remove(TABLE, name)])
      forget(name)
    },
    secrets: () => living().map(([, { secret }]) => secret),
    spend(secret) {
      const spent = [...records].filter(([, record]) => equal(record.secret, secret)).map(([name]) => name)
      // The handshake holds the bytes until it has ended.
      for (const name of spent) records.delete(name)
      return spent.map((name) => remove(TABLE, name))
    },
    close() {
      for (const name of [...records.keys()]) forget(name)
    },
  }
}
