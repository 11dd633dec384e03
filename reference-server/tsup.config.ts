import { defineConfig } from 'tsup'

/** Own code, the proto codecs and sdk/shared become one bundle; native modules and zod stay packages. */
export default defineConfig({
  entry: {
    main: 'src/main.ts',
    app: 'src/app.ts',
    gateway: 'src/payment/test-gateway.ts',
    admin: 'src/admin/main.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  dts: { entry: { app: 'src/app.ts' } },
  noExternal: [/^@solo2\//, /^@noble\//, /^@bufbuild\//],
  esbuildOptions: (options) => {
    options.conditions = ['source', ...(options.conditions ?? [])]
  },
  clean: true,
})
