/** A release's version and what is written for it: one version for all packages, and the changes under its name. */

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?$/

/** What a version is compared by: a pre-release comes before the release of the same numbers. */
function rank(version: string): (number | string)[] {
  const [, major, minor, patch, before] = VERSION.exec(version) ?? []
  if (patch === undefined) throw new Error(`${version} is no version, such as 1.2.3 or 1.2.3-rc.1`)
  const words = before?.split('.').map((word) => (/^\d+$/.test(word) ? Number(word) : word)) ?? []
  return [Number(major), Number(minor), Number(patch), before === undefined ? 1 : 0, ...words]
}

export function isLater(version: string, than: string): boolean {
  const [a, b] = [rank(version), rank(than)]
  for (const [at, one] of a.entries()) {
    const other = b[at]
    if (other === undefined || one === other) {
      if (other === undefined) return true
      continue
    }
    // Semantic Versioning 11.4: numbers come before words.
    if (typeof one !== typeof other) return typeof one === 'string'
    return one > other
  }
  return false
}

/** Why there can be no release of that version. Before the first one no tag has the version that stands, so that is released as well. */
export function refusal(version: string, current: string, tags: readonly string[]): string | undefined {
  if (isLater(current, version)) return `${version} comes before ${current}`
  if (tags.includes(`v${version}`)) return `there is a tag v${version}`
  return undefined
}

/** The manifest's text with another version, of itself and of the workspaces that it needs. */
export function withVersion(text: string, from: string, to: string): string {
  const manifest = JSON.parse(text) as { version: string } & Record<string, Record<string, string>>
  if (manifest.version !== from) throw new Error(`a package.json says ${manifest.version}, the others ${from}`)
  manifest.version = to
  for (const field of ['dependencies', 'devDependencies'])
    for (const name of Object.keys(manifest[field] ?? {}))
      if (name.startsWith('@solo2/')) (manifest[field] ?? {})[name] = to
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** Code that tells the version tells it once, in quotes. */
export function toldVersion(text: string, from: string, to: string): string {
  const parts = text.split(`'${from}'`)
  if (parts.length !== 2) throw new Error(`the version is told ${parts.length - 1} times, not once`)
  return parts.join(`'${to}'`)
}

const UNRELEASED = '## [Unreleased]\n'

/** What is unreleased becomes the version of that day, and room is left above it. */
export function changesReleased(text: string, version: string, day: string): string {
  const [above, below, ...more] = text.split(UNRELEASED)
  if (above === undefined || below === undefined || more.length > 0)
    throw new Error('CHANGELOG.md has no one [Unreleased]')
  if (!/^- /m.test(below.split(/^## /m)[0] ?? '')) throw new Error('CHANGELOG.md says of no change under [Unreleased]')
  return `${above}${UNRELEASED}\n## [${version}] - ${day}\n${below}`
}
