/** Versions of the account plane and how one is chosen (spec/05 section 2). Pure. */
import { Solo2Error } from '@solo2/sdk/shared'

export const ACCOUNT_VERSIONS: readonly number[] = [1]

/** The highest that both speak. Throws `unsupported_version` with field `versions`. */
export function chooseVersion(theirs: readonly number[], ours: readonly number[] = ACCOUNT_VERSIONS): number {
  const common = ours.filter((version) => theirs.includes(version))
  if (common.length === 0) {
    throw new Solo2Error('unsupported_version', `This server speaks version ${ours.join(', ')} of the account plane.`, {
      field: 'versions',
    })
  }
  return Math.max(...common)
}
