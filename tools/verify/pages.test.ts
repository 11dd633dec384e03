/** The checks over Markdown notice what they are there for. */
import { describe, expect, it } from 'vitest'
import { linkProblem } from '../docs/site-links.js'
import { mendedPage } from '../docs/site-pages.js'
import { anchorsOf, linkProblems } from './links.js'
import { type Known, pageCommandProblems } from './page-commands.js'
import { snippetProblems, snippetsOf } from './snippets.js'

describe('links of pages', () => {
  const read = (path: string) => ({ 'a.md': '# One two\n', 'b/c.md': '## 2. Some, `code`\n', 'b/d.ts': '' })[path]

  it('lead to files and headings', () => {
    expect(
      linkProblems('a.md', '[c](b/c.md#2-some-code) [d](b/d.ts) [x](https://example.org) [me](#one-two)', read),
    ).toEqual([])
    expect(linkProblems('b/c.md', '[a](../a.md)', read)).toEqual([])
  })

  it('that lead nowhere are told with their line', () => {
    const text = 'x\n[c](b/e.md) [c](b/c.md#3-other)\n[me](#two) [x](https://)'
    expect(linkProblems('a.md', text, read)).toEqual([
      'a.md:2: b/e.md',
      'a.md:2: b/c.md#3-other',
      'a.md:3: #two',
      'a.md:3: https://',
    ])
  })

  it('in code are none', () => {
    expect(linkProblems('a.md', '`[c](no.md)`\n```\n[c](no.md)\n```', read)).toEqual([])
  })

  it('to the second of two equal headings have a number', () => {
    expect([...anchorsOf('# A b\n## A b\n')]).toEqual(['a-b', 'a-b-1'])
  })
})

describe('links of the site', () => {
  const files = new Map([
    ['index.html', new Set(['top'])],
    ['in/a b.html', new Set<string>()],
    ['media/README.md', new Set<string>()],
  ])

  it('lead to its own files', () => {
    expect(linkProblem('index.html', 'a', 'in/a%20b.html', files)).toBeUndefined()
    expect(linkProblem('in/a b.html', 'a', '../index.html#top', files)).toBeUndefined()
    expect(linkProblem('index.html', 'a', 'https://example.org', files)).toBeUndefined()
  })

  it('that lead nowhere, or load from elsewhere, are told', () => {
    expect(linkProblem('index.html', 'a', 'in/c.html', files)).toContain('no file')
    expect(linkProblem('index.html', 'a', '#bottom', files)).toContain('no such place')
    expect(linkProblem('in/a b.html', 'a', '../', files)).toContain('no file')
    expect(linkProblem('index.html', 'a', 'media/README.md', files)).toContain('no page of the site')
    expect(linkProblem('index.html', 'script', 'https://example.org/x.js', files)).toContain('from elsewhere')
  })
})

describe('commands on pages', () => {
  const known: Known = {
    scripts: (workspace) => new Set(workspace === 'sdk' ? ['fuzz'] : ['docs']),
    hasFile: (path) => path === 'a/b.test.ts',
    variables: new Set(['SOLO2_PORT']),
  }

  it('name scripts, files and variables that are there', () => {
    const good = '`npm run docs`, `npm run fuzz -w sdk`, `SOLO2_PORT=1 npx vitest run --project unit a/b.test.ts`'
    expect(pageCommandProblems('p.md', good, known)).toEqual([])
  })

  it('are told where one is not', () => {
    const bad = 'a\n`npm run fuzz`\n`npx vitest run a/c.test.ts`\nSOLO2_PROT'
    expect(pageCommandProblems('p.md', bad, known)).toEqual([
      'p.md:2: no script fuzz',
      'p.md:3: no file a/c.test.ts',
      'p.md:4: nothing reads SOLO2_PROT',
    ])
  })
})

describe('pages of the site', () => {
  it('are read without a server: folders and sources are linked as files that a browser shows', () => {
    expect(mendedPage('<a href="../"><a href="../#run-it"><a href="../media/seal.ts"><a href="../media/a.svg">')).toBe(
      '<a href="../index.html"><a href="../index.html#run-it"><a href="../media/seal.ts.txt"><a href="../media/a.svg">',
    )
  })

  it('have tables that a keyboard can scroll', () => {
    expect(mendedPage('<table><tr></tr></table>')).toMatch(/^<div .*tabindex="0"><table><tr><\/tr><\/table><\/div>$/)
  })
})

describe('snippets', () => {
  it('are found with language and text', () => {
    expect(snippetsOf('a\n```ts\nlet a\n```\n```\nb\n```')).toEqual([
      { language: 'ts', text: 'let a\n', line: 2 },
      { language: '', text: 'b\n', line: 5 },
    ])
  })

  const read = (path: string) => ({ 'main.ts': 'let a\nlet b\n' })[path] ?? ''

  it('that nothing runs are told', () => {
    expect(snippetProblems('docs/a.md', '```ts\n```\n```sh\n```', read)).toEqual([])
    expect(snippetProblems('docs/a.md', 'x\n```rust\n```', read)).toEqual(['docs/a.md:2: nothing runs a block of rust'])
  })

  it('that say to be a part of a file are', () => {
    const part = (text: string) => `<!-- part of: main.ts -->\n\`\`\`ts\n${text}\n\`\`\``
    expect(snippetsOf(part('let b'))[0]?.partOf).toBe('main.ts')
    expect(snippetProblems('docs/a.md', part('let b'), read)).toEqual([])
    expect(snippetProblems('docs/a.md', part('let c'), read)).toEqual(['docs/a.md:2: not as in main.ts'])
  })
})
