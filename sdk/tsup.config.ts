import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    browser: 'src/browser.ts',
    node: 'src/node.ts',
    core: 'src/core.ts',
    shared: 'src/shared.ts',
    testing: 'src/testing.ts',
    // Workers of the browser: they lie beside the chunks that start them by a URL relative to themselves.
    'argon2-worker': 'src/adapters/browser/argon2-worker.ts',
    'opfs-worker': 'src/adapters/browser/opfs-worker.ts',
  },
  format: 'esm',
  target: 'es2022',
  dts: {
    // What owns something is an AsyncDisposable, which a browser's own types do not have yet.
    banner: '/// <reference lib="esnext.disposable" />',
    entry: {
      browser: 'src/browser.ts',
      node: 'src/node.ts',
      core: 'src/core.ts',
      shared: 'src/shared.ts',
      testing: 'src/testing.ts',
      'argon2-worker': 'src/adapters/browser/argon2-worker.ts',
      'opfs-worker': 'src/adapters/browser/opfs-worker.ts',
    },
  },
  splitting: true,
  clean: true,
  // Bundled, since it is CommonJS: the browser entry then needs no bundler that can read it.
  noExternal: ['simple-peer/simplepeer.min.js'],
})
