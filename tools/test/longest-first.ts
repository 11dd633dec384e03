/** The order of a suite's files: what takes longest begins first. */
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { SUITES, type Suite } from './suites.js'

/** The files of one suite after what it says of the longest; the others stay in their order. */
export function longestFirst<File>(
  suite: Suite | undefined,
  files: readonly File[],
  path: (file: File) => string,
): File[] {
  const longest = suite?.kind === 'vitest' ? (suite.longest ?? []) : []
  const rank = (file: File): number => {
    const index = longest.indexOf(path(file))
    return index < 0 ? longest.length : index
  }
  return files.toSorted((a, b) => rank(a) - rank(b))
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const names = [...new Set(sorted.map(({ project }) => project.name))]
    return names.flatMap((name) =>
      longestFirst(
        SUITES.find((suite) => suite.name === name),
        sorted.filter(({ project }) => project.name === name),
        ({ moduleId }) => relative(this.ctx.config.root, moduleId),
      ),
    )
  }
}
