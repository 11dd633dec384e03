/** The command line of `npm run release`. */
import { parseArgs } from 'node:util'

export const USAGE = `npm run release -- VERSION [--dry-run] [--to FOLDER] [--publish]

  --dry-run   all but the tests; the repository gets no commit and no tag
  --to        where tarballs, web client, vectors and their sums go (release/VERSION)
  --publish   publishes at the end; without it the commands are only told`

export interface ReleaseOptions {
  readonly version: string
  readonly dryRun: boolean
  readonly publish: boolean
  readonly to: string
}

export function readOptions(args: readonly string[]): ReleaseOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      to: { type: 'string' },
    },
  })
  const [version, ...more] = positionals
  if (version === undefined || more.length > 0) throw new Error('name one version')
  if (values['dry-run'] && values.publish) throw new Error('a dry run publishes nothing')
  return { version, dryRun: values['dry-run'], publish: values.publish, to: values.to ?? `release/${version}` }
}
