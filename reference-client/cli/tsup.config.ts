import { defineConfig } from 'tsup'

/** The SDK stays a package. */
export default defineConfig({
  entry: ['main.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  clean: true,
})
