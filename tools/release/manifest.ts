/** package.json as it is published: without scripts, without what builds and tests it, without the condition that leads to its sources. */

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** Only the repository has sources. */
const SOURCES = 'source'

export function publishedManifest({ scripts: _, devDependencies: __, ...kept }: Manifest): Manifest {
  const exports = Object.entries(kept.exports).map(([entry, target]) => [
    entry,
    typeof target === 'string'
      ? target
      : Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== SOURCES)),
  ])
  const sideEffects = kept['sideEffects']
  return {
    ...kept,
    ...(Array.isArray(sideEffects) && {
      sideEffects: sideEffects.filter((path: string) => !path.startsWith('./src/')),
    }),
    exports: Object.fromEntries(exports),
  } as Manifest
}
