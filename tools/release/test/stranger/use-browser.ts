/** What the types say of the browser's entry, with the browser's types and no others. */
import { type ErrorCode, Solo2, type Solo2Facade } from '@solo2/sdk'

export const facade: Solo2Facade = Solo2
export const code: ErrorCode = 'server_away'

export async function save(source: Blob): Promise<number> {
  const [vault] = await Solo2.vaults()
  return vault === undefined ? 0 : source.size
}

// @ts-expect-error: no such option
export const wrong = Solo2.vaults({ folder: 'x' })
