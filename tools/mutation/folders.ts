/** The folders whose code is mutated, and where the tests are that each mutant meets: quick ones that need no other process. */
export const FOLDERS = {
  ratchet: [
    'sdk/src/ratchet',
    'conformance/test/sdk-ratchet.test.ts',
    'sdk/test/secrets/wipe.test.ts',
    'sdk/test/secrets/printing.test.ts',
  ],
  handshake: [
    'sdk/src/handshake',
    'conformance/test/sdk-handshake.test.ts',
    'sdk/test/secrets/wipe.test.ts',
    'sdk/test/secrets/printing.test.ts',
    'sdk/test/vectors/noise.test.ts',
  ],
  frame: ['sdk/src/frame', 'conformance/test/sdk-frame.test.ts', 'sdk/src/tunnel/leaving.test.ts'],
  introduction: [
    'sdk/src/introduction',
    'conformance/test/sdk-introduction.test.ts',
    'sdk/test/scenario/signals.test.ts',
  ],
} as const satisfies Record<string, readonly string[]>

export type Folder = keyof typeof FOLDERS
