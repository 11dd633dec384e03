/** The core and the client are pure: no clock, timer, random source or platform object is named in them. */
import ts from 'typescript'
import { type Check, codeFiles, isShipped, readRepositoryFile } from './check.js'
import { lineOf, parse } from './imports.js'
import { LAYERS } from './layer-matrix.js'

const GLOBALS = new Set([
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval'],
  ...['crypto', 'process', 'Buffer', 'globalThis', 'global', 'require', 'console'],
  ...['window', 'self', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage', 'indexedDB', 'caches'],
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'RTCPeerConnection', 'Worker', 'BroadcastChannel', 'WebAssembly'],
])

function isName(node: ts.Identifier): boolean {
  const { parent } = node
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isQualifiedName(parent) && parent.right === node) ||
    ((ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isBindingElement(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isExportSpecifier(parent) ||
      ts.isParameter(parent) ||
      ts.isVariableDeclaration(parent)) &&
      (parent as ts.NamedDeclaration).name === node)
  )
}

/** Names that the file declares itself, which therefore are no globals in it. */
function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (
      (ts.isParameter(node) ||
        ts.isVariableDeclaration(node) ||
        ts.isBindingElement(node) ||
        ts.isImportSpecifier(node)) &&
      ts.isIdentifier(node.name)
    ) {
      names.add(node.name.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

/** One line for each use of a global that a pure file must not know. */
export function impureUses(path: string, text: string): string[] {
  const source = parse(path, text)
  const declared = declaredNames(source)
  const problems: string[] = []
  const report = (node: ts.Node, what: string): void => {
    problems.push(`${path}:${lineOf(source, node)}: ${what}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && GLOBALS.has(node.text) && !declared.has(node.text) && !isName(node)) {
      report(node, node.text)
    }
    if (ts.isPropertyAccessExpression(node) && node.getText(source) === 'Math.random') report(node, 'Math.random')
    ts.forEachChild(node, visit)
  }
  visit(source)
  return problems
}

export const purityCheck: Check = {
  name: 'pure core',
  remedy: 'let time, randomness and the platform come in through Env, Host or an argument (spec/01)',
  run: () => ({
    problems: codeFiles()
      .filter((path) => isShipped(path) && LAYERS.find((layer) => layer.files.test(path))?.pure)
      .flatMap((path) => impureUses(path, readRepositoryFile(path))),
  }),
}

const DECODED = /^@solo2\/proto\/(introduction|tunnel|content|vault)$/

/** Calls of a generated decoder outside the canonical one. */
export function looseDecodes(path: string, text: string): string[] {
  const source = parse(path, text)
  const codecs = new Set<string>()
  const problems: string[] = []
  const visit = (node: ts.Node): void => {
    if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      DECODED.test(node.moduleSpecifier.text)
    ) {
      const bindings = node.importClause?.namedBindings
      if (bindings && ts.isNamedImports(bindings)) for (const { name } of bindings.elements) codecs.add(name.text)
    }
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'decode' &&
      codecs.has(node.expression.expression.getText(source))
    ) {
      problems.push(`${path}:${lineOf(source, node)}: ${node.expression.getText(source)}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return problems
}

export const decoderCheck: Check = {
  name: 'one decoder',
  remedy: 'decode messages of these planes with decodeCanonical (spec/00)',
  run: () => ({
    problems: codeFiles()
      .filter((path) => isShipped(path) && /^(sdk|reference-server)\/src\//.test(path))
      .flatMap((path) => looseDecodes(path, readRepositoryFile(path))),
  }),
}
