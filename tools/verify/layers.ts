/** Checks the import graph against the layer matrix. */
import { type Check, isShipped } from './check.js'
import { closure, type Import, type ImportGraph, readImportGraph } from './imports.js'
import { CLOSURE_RULES, type ClosureRule, LAYERS, type Layer } from './layer-matrix.js'

function layerOf(layers: readonly Layer[], path: string): Layer | undefined {
  return layers.find((layer) => layer.files.test(path))
}

function judge(layers: readonly Layer[], from: Layer, found: Import): string | undefined {
  if (from.typesOnly && !found.typeOnly) return `${from.name} may import types only, not ${found.specifier}`
  if (found.file === undefined) {
    // A relative path that leads nowhere is the compiler's to report.
    if (found.specifier.startsWith('.')) return undefined
    return from.packages?.test(found.specifier) ? undefined : `${from.name} may not import ${found.specifier}`
  }
  const to = layerOf(layers, found.file)
  if (to === undefined) return `${found.file} belongs to no layer`
  if (to === from || from.layers.includes(to.name)) return undefined
  return `${from.name} may not import ${to.name} (${found.file})`
}

/** One line for each import that the matrix does not allow. */
export function layerProblems(graph: ImportGraph, layers: readonly Layer[] = LAYERS): string[] {
  const problems: string[] = []
  for (const [path, imports] of graph) {
    if (!isShipped(path)) continue
    const from = layerOf(layers, path)
    if (from === undefined) {
      if (path.includes('/')) problems.push(`${path}: belongs to no layer`)
      continue
    }
    for (const found of imports) {
      const problem = judge(layers, from, found)
      if (problem) problems.push(`${path}:${found.line}: ${problem}`)
    }
  }
  return problems
}

/** One line for each forbidden file that a rule's roots reach, with the way by which they do. */
export function closureProblems(graph: ImportGraph, rules: readonly ClosureRule[] = CLOSURE_RULES): string[] {
  const problems: string[] = []
  for (const rule of rules) {
    const roots = [...graph.keys()].filter((path) => rule.roots.test(path))
    for (const [path, chain] of closure(graph, roots)) {
      if (rule.forbidden.test(path) && !rule.except?.test(path)) problems.push(`${rule.name}: ${chain.join(' > ')}`)
    }
  }
  return problems
}

/** Import cycles, each once, types left out: they vanish when compiled. */
export function cycles(graph: ImportGraph): string[] {
  const found = new Set<string>()
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at !== -1) {
      const cycle = path.slice(at)
      const first = cycle.indexOf([...cycle].sort()[0] ?? file)
      found.add([...cycle.slice(first), ...cycle.slice(0, first), cycle[first]].join(' > '))
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) if (next.file !== undefined && !next.typeOnly) visit(next.file)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return [...found]
}

export const layerCheck: Check = {
  name: 'layers',
  remedy: 'imports only point down: move the code, pass it in as an argument, or change tools/verify/layer-matrix.ts',
  run: () => {
    const graph = readImportGraph()
    return { problems: [...layerProblems(graph), ...closureProblems(graph)] }
  },
}

export const cycleCheck: Check = {
  name: 'import cycles',
  remedy: 'move what both need into a third file below them',
  run: () => ({ problems: cycles(readImportGraph()) }),
}
