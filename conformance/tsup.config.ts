import { copyFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'

/** The runner as one file two folders deep, as its sources are: `vectors` is then found from both by the same relative path. */
export default defineConfig({
  entry: { 'bin/main': 'src/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  clean: true,
  // A report is by promise, and the page of promises lies outside of this package.
  onSuccess: () => copyFile('../spec/promises.md', 'dist/promises.md'),
})
