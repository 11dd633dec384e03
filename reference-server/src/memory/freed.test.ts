import { describe, expect, it } from 'vitest'
import { overwritesFreed } from './freed.js'

describe('freed memory', () => {
  it('is overwritten with the variable that npm start sets, in any order', () => {
    expect(overwritesFreed('glibc.malloc.perturb=165:glibc.malloc.tcache_count=0')).toBe(true)
    expect(overwritesFreed('glibc.malloc.tcache_count=0:glibc.rtld.nns=2:glibc.malloc.perturb=0xa5')).toBe(true)
  })

  it.each([
    undefined,
    '',
    'glibc.malloc.perturb=165',
    'glibc.malloc.tcache_count=0',
    'glibc.malloc.perturb=0:glibc.malloc.tcache_count=0',
    'glibc.malloc.perturb=256:glibc.malloc.tcache_count=0',
    'glibc.malloc.perturb=165:glibc.malloc.tcache_count=7',
    'glibc.malloc.perturb:glibc.malloc.tcache_count=0',
  ])('is not with %j', (tunables) => {
    expect(overwritesFreed(tunables)).toBe(false)
  })
})
