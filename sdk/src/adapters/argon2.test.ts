import { argon2id } from 'hash-wasm'
import { describe, expect, it, vi } from 'vitest'
import { toHex } from '../bytes/bytes.js'
import { type Argon2Function, checkedArgon2id } from './argon2.js'

const password = new TextEncoder().encode('blue kettle 42')
const salt = new Uint8Array(16).fill(9)
const parameters = { memoryKiB: 256, passes: 1, lanes: 1 }

describe('Argon2id behind a known answer', () => {
  it('[V2] gives what another library gives', async () => {
    // Computed with @node-rs/argon2 2.0.
    const profile = { memoryKiB: 65_536, passes: 3, lanes: 1 }
    expect(toHex(await checkedArgon2id(password, salt, profile))).toBe(
      '44b4a174b6ba5ca450b28987e0ad11b237645c84f8970e459f68c2a7eaeef1fc',
    )
  })

  it('[V2] refuses a platform whose first result is wrong bytes, and never runs the real one', async () => {
    const compute = vi.fn(async () => new Uint8Array(32)) as unknown as Argon2Function
    await expect(checkedArgon2id(password, salt, parameters, compute)).rejects.toMatchObject({
      code: 'broken_platform',
    })
    expect(compute).toHaveBeenCalledTimes(1)
  })

  it('[V2] tells memory that cannot be had apart, and never lowers the parameters', async () => {
    const asked: number[] = []
    const compute = (async (options: Parameters<typeof argon2id>[0]) => {
      asked.push(options.memorySize)
      if (options.memorySize > 16_384) throw new RangeError('WebAssembly.Memory(): could not allocate memory')
      return await argon2id(options as never)
    }) as Argon2Function
    const much = { memoryKiB: 65_536, passes: 3, lanes: 1 }
    await expect(checkedArgon2id(password, salt, much, compute)).rejects.toMatchObject({ code: 'out_of_memory' })
    expect(asked).toEqual([1_024, 65_536])
    expect(await checkedArgon2id(password, salt, parameters, compute)).toHaveLength(32)
  })

  it('[V2] says so where WebAssembly is forbidden', async () => {
    const compute = (async () => {
      throw new WebAssembly.CompileError('blocked by the policy')
    }) as unknown as Argon2Function
    await expect(checkedArgon2id(password, salt, parameters, compute)).rejects.toMatchObject({
      code: 'broken_platform',
    })
  })
})
