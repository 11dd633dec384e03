/** What others publish and Solo2 is measured beside. It is installed here, apart from the project: `npm ci --prefix tools/bench/peers`. */

/** Two people with a session, on one thread. Side 0 spoke first, side 1 answered. */
export interface RatchetPair {
  /** One message from that side, sealed, and opened by the other. */
  pass(from: 0 | 1, plaintext: Uint8Array): Promise<void>
}

export const HOW_TO_INSTALL = 'npm ci --prefix tools/bench/peers'

/** The installed package; undefined if it is not. */
export async function load<Module>(name: string): Promise<Module | undefined> {
  try {
    const module = (await import(name)) as { readonly default?: Module }
    // Of a CommonJS package all that it exports is the default.
    return module.default ?? (module as Module)
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** What was sealed must have been opened: else nothing was measured. */
export function ensureOpened(opened: Uint8Array, plaintext: Uint8Array): void {
  if (opened.length !== plaintext.length || opened[0] !== plaintext[0]) throw new Error('another plaintext came out')
}
