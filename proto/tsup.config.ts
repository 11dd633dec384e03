import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    account: 'src/gen/solo2/account/v1/account.ts',
    // With JSON and the service's definition: for servers, where bytes of code do not count.
    'account-service': 'src/gen/service/solo2/account/v1/account.ts',
    introduction: 'src/gen/solo2/introduction/v1/introduction.ts',
    tunnel: 'src/gen/solo2/tunnel/v1/tunnel.ts',
    content: 'src/gen/solo2/tunnel/v1/content.ts',
    vault: 'src/gen/solo2/vault/v1/vault.ts',
    sync: 'src/gen/solo2/vault/v1/sync.ts',
    conformance: 'src/gen/solo2/conformance/v1/testee.ts',
  },
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
})
