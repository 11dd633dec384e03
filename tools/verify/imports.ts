/** The import graph of the repository, read with the TypeScript compiler's parser and resolver. */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'
import { codeFiles, ROOT, readRepositoryFile, repositoryFiles } from './check.js'

export interface Import {
  /** As written. */
  readonly specifier: string
  /** Path from the root if it is a file of the repository, undefined for a package or a Node module. */
  readonly file: string | undefined
  /** Vanishes when compiled. */
  readonly typeOnly: boolean
  readonly line: number
}

export type ImportGraph = ReadonlyMap<string, readonly Import[]>

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['source'],
  allowImportingTsExtensions: true,
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.ES2022,
    true,
    path.endsWith('x') ? ts.ScriptKind.TSX : undefined,
  )
}

export function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
}

function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const bindings = clause.namedBindings
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every((element) => element.isTypeOnly)
  )
}

/** Import and re-export declarations, dynamic imports and import types, in order. */
export function importsOf(source: ts.SourceFile): { specifier: string; typeOnly: boolean; line: number }[] {
  const found: { specifier: string; typeOnly: boolean; line: number }[] = []
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      found.push({ specifier: specifier.text, typeOnly, line: lineOf(source, node) })
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnlyImport(node.importClause))
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const cache = ts.createModuleResolutionCache(ROOT, (name) => name, OPTIONS)

function resolve(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined
  const resolved = ts.resolveModuleName(
    specifier,
    join(ROOT, from),
    OPTIONS,
    ts.sys,
    cache,
    undefined,
    ts.ModuleKind.ESNext,
  ).resolvedModule?.resolvedFileName
  // Styles, pictures and other files that a bundler takes.
  const plain = specifier.startsWith('.') ? join(ROOT, dirname(from), specifier.replace(/\?.*$/, '')) : undefined
  const path = resolved ?? (plain && existsSync(plain) ? plain : undefined)
  if (path === undefined) return undefined
  const inside = relative(ROOT, realpathSync(path)).split(sep).join('/')
  return inside.startsWith('..') || inside.includes('node_modules/') ? undefined : inside
}

/** All code of the repository, generated code included. */
export function readImportGraph(): ImportGraph {
  const graph = new Map<string, Import[]>()
  for (const path of [...codeFiles(), ...repositoryFiles(/\/src\/gen\/.*\.ts$/)]) {
    const source = parse(path, readRepositoryFile(path))
    graph.set(
      path,
      importsOf(source).map((found) => ({ ...found, file: resolve(found.specifier, path) })),
    )
  }
  return graph
}

/** Every file that `roots` reach, with the chain of files by which each was first reached. */
export function closure(graph: ImportGraph, roots: readonly string[]): Map<string, readonly string[]> {
  const reached = new Map<string, readonly string[]>(roots.map((root) => [root, [root]]))
  const waiting = [...roots]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const chain = reached.get(path) ?? []
    for (const { file } of graph.get(path) ?? []) {
      if (file === undefined || reached.has(file)) continue
      reached.set(file, [...chain, file])
      waiting.push(file)
    }
  }
  return reached
}
