import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tools/test/longest-first.js'
import { SUITES } from './tools/test/suites.js'

const CONDITIONS = ['source', 'module', 'node', 'development|production']

/** One project a suite (tools/test/suites.ts). Sources of the workspaces are tested, never a build that may be old. */
export default defineConfig({
  test: {
    // Native modules (WebRTC, SQLite, the socket) do not survive in worker threads.
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    projects: SUITES.filter((suite) => suite.kind === 'vitest').map((suite) => ({
      resolve: { conditions: CONDITIONS },
      ssr: { resolve: { conditions: CONDITIONS } },
      test: {
        name: suite.name,
        ...(suite.setup !== undefined && { globalSetup: suite.setup }),
        ...(suite.setupOfFile !== undefined && { setupFiles: suite.setupOfFile }),
        include: [...suite.include],
        exclude: ['**/node_modules/**', '**/dist/**', ...(suite.exclude ?? [])],
        testTimeout: suite.testTimeoutMs,
        hookTimeout: suite.testTimeoutMs,
        pool: 'forks',
        isolate: suite.isolate ?? true,
        maxWorkers: suite.workers,
        fileParallelism: suite.workers > 1,
      },
    })),
  },
})
