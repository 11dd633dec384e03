import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: { include: ['{sdk,reference-server,reference-client,conformance,tools}/**/*.test.ts'], exclude: ['**/node_modules/**', '**/dist/**'] },
})
