/** Each check fails on the fault that it is there for. */
import { describe, expect, it } from 'vitest'
import { type Import, type ImportGraph, importsOf, parse } from './imports.js'
import { closureProblems, cycles, layerProblems } from './layers.js'
import { idsOf, titlesIn } from './promise-titles.js'
import { impureUses, looseDecodes } from './purity.js'
import { danglingReferences, ruleProblems } from './spec-references.js'
import { tableProblems, tableRows } from './tables.js'
import { forbiddenText } from './text.js'

function graph(edges: Record<string, readonly (string | Partial<Import>)[]>): ImportGraph {
  return new Map(
    Object.entries(edges).map(([path, imports]) => [
      path,
      imports.map((found) =>
        typeof found === 'string'
          ? { specifier: `./${found}`, file: found, typeOnly: false, line: 1 }
          : { specifier: 'a-package', file: undefined, typeOnly: false, line: 1, ...found },
      ),
    ]),
  )
}

describe('layers', () => {
  it('lets imports point down and refuses those that point up', () => {
    expect(
      layerProblems(graph({ 'sdk/src/ratchet/seal.ts': ['sdk/src/bytes/bytes.ts'], 'sdk/src/bytes/bytes.ts': [] })),
    ).toEqual([])
    expect(layerProblems(graph({ 'sdk/src/bytes/bytes.ts': ['sdk/src/ratchet/seal.ts'] }))).toHaveLength(1)
    expect(layerProblems(graph({ 'sdk/src/handshake/a.ts': ['sdk/src/ratchet/seal.ts'] }))).toHaveLength(1)
  })

  it('refuses packages that a layer does not name', () => {
    expect(layerProblems(graph({ 'sdk/src/client/a.ts': [{ specifier: 'node:fs' }] }))).toHaveLength(1)
    expect(layerProblems(graph({ 'reference-server/src/app.ts': [{ specifier: 'uWebSockets.js' }] }))).toHaveLength(1)
    expect(
      layerProblems(graph({ 'reference-server/src/socket/listen.ts': [{ specifier: 'uWebSockets.js' }] })),
    ).toEqual([])
  })

  it('lets ports import types only', () => {
    const found = { specifier: '../env.js', file: 'sdk/src/env.ts' }
    expect(layerProblems(graph({ 'sdk/src/ports/host.ts': [{ ...found, typeOnly: true }] }))).toEqual([])
    expect(layerProblems(graph({ 'sdk/src/ports/host.ts': [found] }))).toHaveLength(1)
  })

  it('finds a store adapter that could encrypt', () => {
    expect(layerProblems(graph({ 'sdk/src/adapters/node/store.ts': ['sdk/src/crypto/hkdf.ts'] }))).toHaveLength(1)
  })

  it('finds what is reached over several steps', () => {
    const edges = {
      'reference-server/src/app.ts': ['sdk/src/shared.ts'],
      'sdk/src/shared.ts': ['sdk/src/identity/bundle.ts'],
      'sdk/src/identity/bundle.ts': ['sdk/src/ratchet/open.ts'],
    }
    expect(closureProblems(graph(edges))).toHaveLength(1)
    expect(
      closureProblems(
        graph({
          'reference-server/src/handlers/introduction/open.ts': ['reference-server/src/rules/ticket.ts'],
          'reference-server/src/rules/ticket.ts': ['reference-server/src/store/port.ts'],
        }),
      ),
    ).toHaveLength(1)
    expect(closureProblems(graph({ 'reference-client/web/main.ts': ['sdk/src/testing.ts'] }))).toHaveLength(1)
    expect(
      closureProblems(graph({ 'reference-client/test/e2e/a.test.ts': ['reference-server/src/app.ts'] })),
    ).toHaveLength(1)
  })

  it('finds a cycle, but not one of types', () => {
    expect(cycles(graph({ 'a.ts': ['b.ts'], 'b.ts': ['c.ts'], 'c.ts': ['a.ts'] }))).toEqual([
      'a.ts > b.ts > c.ts > a.ts',
    ])
    expect(
      cycles(graph({ 'a.ts': ['b.ts'], 'b.ts': [{ specifier: './a.js', file: 'a.ts', typeOnly: true }] })),
    ).toEqual([])
  })

  it('reads every kind of import', () => {
    const text = `import a from 'a'; import type { B } from 'b'; import { type C } from 'c'; export * from 'd'
      export type { E } from 'e'; const f = await import('f'); type G = import('g').G; import 'h'; import { type I, j } from 'i'`
    const found = importsOf(parse('x.ts', text))
    expect(
      found
        .map(({ specifier }) => specifier)
        .sort()
        .join(''),
    ).toBe('abcdefghi')
    expect(
      found
        .filter(({ typeOnly }) => typeOnly)
        .map(({ specifier }) => specifier)
        .sort()
        .join(''),
    ).toBe('bceg')
  })
})

describe('pure core', () => {
  it.each([
    'Date.now()',
    'new Date()',
    'setTimeout(f, 1)',
    'Math.random()',
    'crypto.subtle',
    'process.env',
    'fetch(x)',
  ])('finds %s', (text) => {
    expect(impureUses('x.ts', `export const y = () => ${text}`)).toHaveLength(1)
  })

  it('lets names be names', () => {
    expect(impureUses('x.ts', 'interface A { Date: 1 }; const f = (crypto: A, a: A) => [crypto.Date, a.Date]')).toEqual(
      [],
    )
  })

  it('finds a decoder other than the canonical one', () => {
    const text = "import { Signal } from '@solo2/proto/introduction'\n"
    expect(looseDecodes('x.ts', `${text}Signal.decode(bytes)`)).toHaveLength(1)
    expect(looseDecodes('x.ts', `${text}decodeCanonical(Signal, bytes)`)).toEqual([])
  })
})

describe('spec references', () => {
  const chapters = [
    { number: '98', path: 'spec/98-x.md', text: '# 98 X\n\n## 3. Three\n\n### 3.1 One\n\n**98-1** A **98-2** B' },
  ]

  it('finds the ones that lead nowhere', () => {
    const text = 'spec/98 spec/98 section 3 spec/98, section 3.1 spec/98-x.md'
    expect(danglingReferences('a.ts', text, chapters)).toEqual([])
    expect(danglingReferences('a.ts', '// spec/97', chapters)).toHaveLength(1)
    expect(danglingReferences('a.ts', '// spec/98 section 4', chapters)).toHaveLength(1)
  })

  it('finds rules that stand twice or in the wrong chapter', () => {
    expect(chapters.flatMap(ruleProblems)).toEqual([])
    expect(ruleProblems({ number: '98', path: 'a', text: '**98-1** **98-1** **97-2**' })).toHaveLength(2)
  })
})

describe('promise IDs', () => {
  it('reads them from titles of tests', () => {
    expect(idsOf('[T4 A2] x [T1,V5] [not] [5]')).toEqual(['T4', 'A2', 'T1', 'V5'])
    const text = "describe('[T4] a', () => { it(`[T1] $" + "{b} c`, f); it.each(x)('[A2] d', f); other('[T9] e') })"
    expect(titlesIn('a.test.ts', text).map(({ ids }) => ids.join())).toEqual(['T4', 'T1', 'A2'])
  })
})

describe('tables', () => {
  it('finds what is missing, different or too much', () => {
    const rows = tableRows('| name | value |\n|---|---|\n| `FRAME_SIZE` | 4,096 | bytes |\n| `OLD` | 1 | x |\n')
    expect(tableProblems('t', { FRAME_SIZE: 4096, OLD: 1 }, rows)).toEqual([])
    expect(tableProblems('t', { FRAME_SIZE: 4095, OLD: 1 }, rows)).toHaveLength(1)
    expect(tableProblems('t', { FRAME_SIZE: 4096, OLD: 1, NEW: 2 }, rows)).toHaveLength(1)
    expect(tableProblems('t', { FRAME_SIZE: 4096 }, rows)).toHaveLength(1)
  })
})

describe('forbidden text', () => {
  it.each([
    ['a path', `see /${'work'}/x`],
    ['a registry', `https://${'registry'}.npmjs.org`],
    ['unfinished work', `// ${'TO'}DO: later`],
    ['a silenced check', `// @ts-${'ignore'}`],
    ['a skipped test', `it.${'skip'}('x')`],
  ])('finds %s', (_, text) => {
    expect(forbiddenText('a.ts', text)).toHaveLength(1)
  })
})
