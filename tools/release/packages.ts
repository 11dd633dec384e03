/** What is published, as data: each after those that it needs. */

export interface PublishedPackage {
  /** The workspace. Its package.json is published without what only the repository needs. */
  readonly folder: string
  /** What it takes from elsewhere in the repository, by the name that it gets in the package. */
  readonly brings?: Readonly<Record<string, string>>
}

export const PACKAGES: readonly PublishedPackage[] = [
  { folder: 'proto' },
  { folder: 'sdk' },
  { folder: 'conformance' },
  { folder: 'reference-server', brings: { 'dist/web-client': 'reference-client/dist/web' } },
  { folder: 'reference-client/cli' },
]

/** Every package.json that has the version of all, also of what is not published. */
export const MANIFESTS: readonly string[] = [
  ...PACKAGES.map(({ folder }) => `${folder}/package.json`),
  'reference-client/package.json',
  'landing/package.json',
]

/** Code that tells the version. */
export const TELLERS: readonly string[] = ['reference-client/web/version.ts', 'conformance/testees/sdk/serve.ts']
