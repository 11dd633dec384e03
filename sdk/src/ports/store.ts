/** Store: named bytes in tables, sealed before they arrive here. An adapter sees ciphertext and chooses no encryption. */

/** One change. `value` undefined deletes. */
export interface Write {
  readonly table: string
  readonly id: string
  readonly value: Uint8Array | undefined
}

/** One vault. Tables and IDs are ASCII without control characters, at most 200 characters each. */
export interface Store {
  readonly name: string
  /** One entry, or undefined. */
  read(table: string, id: string): Promise<Uint8Array | undefined>
  /** All IDs of a table in ascending order of their characters. */
  ids(table: string): Promise<string[]>
  /** All entries of a table in ascending order of their IDs. */
  entries(table: string): Promise<[id: string, value: Uint8Array][]>
  /** All or nothing, and durable when it resolves: after a crash the writes are whole. Rejects with `storage_full`, `storage_failed`. */
  commit(writes: readonly Write[]): Promise<void>
  /** Gives the vault free for another writer. */
  close(): Promise<void>
}

/** The vaults of a device, by name. */
export interface Stores {
  /** Opens or creates the vault of that name; one writer at a time, another gets `storage_locked`. */
  open(name: string): Promise<Store>
  /** One entry of a vault, also while another program has it open. */
  peek(name: string, table: string, id: string): Promise<Uint8Array | undefined>
  /** Names of the vaults on this device. */
  list(): Promise<string[]>
  /**
   * Deletes the vault and all its bytes. Rejects with `storage_locked` while another has it open, unless `evenIfOpen`: then
   * what that one writes from now on is lost.
   */
  destroy(name: string, options?: { readonly evenIfOpen: boolean }): Promise<void>
}
