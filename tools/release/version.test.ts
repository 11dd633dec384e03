/** What a release writes, and what it refuses. */
import { describe, expect, it } from 'vitest'
import { readRepositoryFile } from '../verify/check.js'
import { publishedManifest } from './manifest.js'
import { readOptions } from './options.js'
import { MANIFESTS, PACKAGES, TELLERS } from './packages.js'
import { changesReleased, isLater, refusal, toldVersion, withVersion } from './version.js'

describe('the order of versions', () => {
  // Semantic Versioning 11.4.4, and what comes around it.
  const ORDERED = [
    ['0.1.0-alpha', '0.1.0-alpha.1', '0.1.0-alpha.beta', '0.1.0-beta', '0.1.0-beta.2', '0.1.0-beta.11', '0.1.0-rc.1'],
    ['0.1.0', '0.1.1', '0.2.0', '0.10.0', '1.0.0-rc.1', '1.0.0'],
  ].flat()

  it('is that of Semantic Versioning', () => {
    for (const [at, one] of ORDERED.entries())
      for (const [other, than] of ORDERED.entries()) expect(isLater(one, than), `${one}, ${than}`).toBe(at > other)
  })

  it.each(['1', '1.2', '01.2.3', 'v1.2.3', '1.2.3+build', ''])('refuses %s', (version) => {
    expect(() => isLater(version, '0.1.0')).toThrow('is no version')
  })
})

describe('a release', () => {
  it('is of the version that stands as long as none was tagged, and of a later one from then on', () => {
    expect(refusal('0.1.0', '0.1.0', [''])).toBeUndefined()
    expect(refusal('0.1.0', '0.1.0', ['v0.1.0'])).toBe('there is a tag v0.1.0')
    expect(refusal('0.2.0', '0.1.0', ['v0.1.0'])).toBeUndefined()
    for (const earlier of ['0.0.9', '0.1.0-rc.1'])
      expect(refusal(earlier, '0.1.0', [])).toBe(`${earlier} comes before 0.1.0`)
  })
})

describe('one version for all', () => {
  const manifests = MANIFESTS.map((path) => [path, readRepositoryFile(path)] as const)
  const { version } = JSON.parse(manifests[0]?.[1] ?? '') as { version: string }

  it.each(manifests)('%s follows a release as it stands, with what it needs of the others', (_, text) => {
    expect(withVersion(text, version, version)).toBe(text)
    const released = withVersion(text, version, '7.7.7')
    expect(released).not.toContain(`"${version}"`)
    expect(released.replaceAll('"7.7.7"', `"${version}"`)).toBe(text)
  })

  it.each(TELLERS)('%s tells it', (path) => {
    expect(toldVersion(readRepositoryFile(path), version, '7.7.7')).toContain("'7.7.7'")
  })

  it('refuses a package that went its own way', () => {
    expect(() => withVersion('{"version":"0.0.9"}', '0.1.0', '0.2.0')).toThrow('says 0.0.9')
    expect(() => toldVersion("'0.1.0' and '0.1.0'", '0.1.0', '0.2.0')).toThrow('2 times')
  })
})

describe('the changes', () => {
  it('get the name and the day, and room for the next ones', () => {
    const text = changesReleased(
      '# Changes\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n## [0.1.0] - 2026-01-01\n',
      '0.2.0',
      '2026-02-02',
    )
    expect(text).toBe(
      '# Changes\n\n## [Unreleased]\n\n## [0.2.0] - 2026-02-02\n\n### Added\n\n- A.\n\n## [0.1.0] - 2026-01-01\n',
    )
    expect(() => changesReleased(text, '0.3.0', '2026-03-03')).toThrow('no change')
    expect(() => changesReleased('# Changes\n', '0.2.0', '2026-02-02')).toThrow('no one')
  })

  it('are written so that the next release finds them', () => {
    expect(changesReleased(readRepositoryFile('CHANGELOG.md'), '7.7.7', '2026-02-02')).toContain(
      '## [7.7.7] - 2026-02-02',
    )
  })
})

it('a published package leads to nothing that only the repository has', () => {
  for (const path of PACKAGES.map(({ folder }) => `${folder}/package.json`)) {
    const manifest = publishedManifest(JSON.parse(readRepositoryFile(path)))
    expect(JSON.stringify(manifest), path).not.toMatch(/\/src\/|"(scripts|devDependencies|source|private)"/)
  }
})

it('takes a command line apart', () => {
  expect(readOptions(['1.0.0'])).toEqual({ version: '1.0.0', dryRun: false, publish: false, to: 'release/1.0.0' })
  expect(readOptions(['1.0.0', '--dry-run', '--to', 'x'])).toMatchObject({ dryRun: true, to: 'x' })
  for (const args of [[], ['1.0.0', '1.0.1'], ['1.0.0', '--dry-run', '--publish'], ['1.0.0', '--force']])
    expect(() => readOptions(args)).toThrow()
})
