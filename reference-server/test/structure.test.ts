/** Who can reach whom: followed through every import of the server's source. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .sort()

/** Modules by their path below src; packages by their name. Types count too: what is not named cannot be reached. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, specifier = '']) =>
    specifier.startsWith('.')
      ? relative(SRC, resolve(SRC, dirname(file), specifier.replace(/\.js$/, '.ts')))
      : specifier,
  )
}

const graph = new Map(files.map((file) => [file, importsOf(file)]))

function reachableFrom(roots: RegExp): Set<string> {
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const next of graph.get(name) ?? []) visit(next)
  }
  for (const file of files) if (roots.test(file)) visit(file)
  return seen
}

/** The ticket store, and what has it in a server that is alone or in a cluster. */
const TICKETS = /^rendezvous\/(tickets|bus\/(admission|cluster))\.ts$/

describe('[T2] structure', () => {
  it('is seen as a whole', () => {
    expect(files.length).toBeGreaterThan(50)
    const unresolved = [...graph.values()].flat().filter((name) => name.endsWith('.ts') && !graph.has(name))
    expect(unresolved).toEqual([])
  })

  it('[T3] no account and no file can be reached from the introduction plane', () => {
    const reached = [...reachableFrom(/^(handlers\/introduction|rendezvous)\//)]
    const forbidden = /^(store|handlers\/account|mirror|password|log|push|data-folder|config|app)/
    expect(reached.filter((name) => forbidden.test(name))).toEqual([])
    expect(reached.filter((name) => /^(node:(fs|net|http)|libsql|uWebSockets)/.test(name))).toEqual([])
    // Control: the account plane does reach the store.
    expect(reachableFrom(/^handlers\/account\//).has('store/port.ts')).toBe(true)
  })

  it('no topic or signal can be reached from the account plane', () => {
    expect(
      [...reachableFrom(/^(handlers\/account|store|mirror)\//)].filter((name) =>
        /^(rendezvous|handlers\/introduction)/.test(name),
      ),
    ).toEqual([])
  })

  it('only the module that starts the server knows both the session store and the ticket store', () => {
    const both = files.filter((file) => {
      const imports = graph.get(file) ?? []
      return imports.some((name) => name.startsWith('store/')) && imports.some((name) => TICKETS.test(name))
    })
    expect(both).toEqual(['app.ts'])
  })

  it('of the SDK only what both sides share, and the socket library in one folder only', () => {
    for (const [file, imports] of graph) {
      expect(
        imports.filter(
          (name) =>
            name.startsWith('@solo2/') &&
            !/^@solo2\/(sdk\/shared|proto\/(account|account-service|introduction))$/.test(name),
        ),
      ).toEqual([])
      if (imports.includes('uWebSockets.js')) expect(file).toMatch(/^socket\//)
      if (imports.includes('libsql')) expect(file).toBe('store/sqlite/database.ts')
    }
  })
})
