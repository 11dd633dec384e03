/**
 * Builds the web client into dist/web. `--mode fake` builds it over a made-up SDK (test/fake) into dist/fake, for
 * looking at every screen without a server; that build is never shipped.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { stampBuild } from './build/stamp-build.js'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** For looking at the made-up build: nothing that the server's own policy (spec/05) forbids, so that a breach shows early. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const APP = /\/web\/main\.tsx$/
const SDK = /\/sdk\/(src|dist)\/browser\.[jt]s$|\/test\/fake\/solo2\.ts$/

/**
 * Names the chunks of the app and of the SDK in the page, so that both come with the first request wave; a language and what is
 * rarely used come when they are asked for. Every reference is absolute because the page is served at the root only.
 */
const oneRequestWave = (): Plugin => ({
  name: 'one-request-wave',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle }) {
      if (bundle === undefined) return []
      const chunks = Object.values(bundle).filter((chunk) => chunk.type === 'chunk')
      /** The files of these chunks, and all that they need. */
      const filesOf = (of: (chunk: (typeof chunks)[number]) => boolean): Set<string> => {
        const files = new Set(chunks.filter(of).map(({ fileName }) => fileName))
        for (const file of files)
          for (const needed of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) files.add(needed)
        return files
      }
      const known = filesOf((chunk) => chunk.isEntry)
      const preload = (of: RegExp, priority: Record<string, string>) =>
        [...filesOf((chunk) => chunk.isDynamicEntry && of.test(chunk.facadeModuleId ?? ''))].flatMap((file) => {
          if (known.has(file)) return []
          known.add(file)
          const attrs = { rel: 'modulepreload', href: `/${file}`, ...priority }
          return [{ tag: 'link', attrs, injectTo: 'head' as const }]
        })
      return [...preload(APP, {}), ...preload(SDK, { fetchpriority: 'low' })]
    },
  },
})

/** After everything is written: page and worker name all of it. */
const stampedBuild = (): Plugin => ({
  name: 'stamped-build',
  writeBundle({ dir }) {
    if (dir !== undefined) stampBuild(dir)
  },
})

export default defineConfig(({ mode }) => ({
  root: here('./web'),
  publicDir: here('./web/public'),
  plugins: [oneRequestWave(), stampedBuild()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    conditions: ['source', 'module', 'browser', 'development|production'],
    alias: mode === 'fake' ? { '@solo2/sdk': here('./test/fake/solo2.ts') } : {},
  },
  worker: { format: 'es' },
  build: {
    outDir: here(mode === 'fake' ? './dist/fake' : './dist/web'),
    emptyOutDir: true,
    rollupOptions: {
      input: { index: here('./web/index.html'), sw: here('./web/sw.ts') },
      // The worker's address is its identity: a browser looks there for a newer one.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
    target: 'es2022',
    modulePreload: { polyfill: false },
    // No data: URLs: the policy has no place for them.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  preview: { headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
}))
