/** What the types say of each entry that a program on Node imports, right and wrong. */
import { Wake } from '@solo2/proto/introduction'
import { type Config, readConfig, type Server, startServer } from '@solo2/reference-server'
import { seal } from '@solo2/sdk/core'
import { type ErrorCode, Solo2, Solo2Error } from '@solo2/sdk/node'
import { ERROR_CODES } from '@solo2/sdk/shared'
import { createWorld, type StillWorld } from '@solo2/sdk/testing'

export const world: StillWorld = createWorld()
export const bytes: Uint8Array = Wake.encode({ token: new Uint8Array(32) }).finish()
export const codes: readonly ErrorCode[] = Object.keys(ERROR_CODES) as ErrorCode[]
export const start: (config: Config) => Promise<Server> = startServer
export const port: number = readConfig({}).port
export const isFunction: boolean = typeof seal === 'function'

export async function names(): Promise<string[]> {
  try {
    return (await Solo2.vaults()).map(({ username }) => username)
  } catch (error) {
    if (error instanceof Solo2Error && error.code === 'storage_failed') return []
    throw error
  }
}

// @ts-expect-error: a password is missing
export const wrong = Solo2.login({ server: 'http://localhost:8470', username: 'ana' })
