import { defineConfig } from 'tsup'

/** The command line. The web client beside it is built by Vite. */
export default defineConfig({
  entry: { 'cli/main': 'cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
})
