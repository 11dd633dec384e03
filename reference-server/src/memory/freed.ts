/**
 * Whether the C library overwrites what is given back to it, which this process cannot do itself (spec/06 section 4). It
 * is told by a variable that glibc reads before the program starts.
 */

/** `tunables`: the value of GLIBC_TUNABLES. A byte of its own is written over what is freed, and nothing is kept aside. */
export function overwritesFreed(tunables: string | undefined): boolean {
  const set = new Map((tunables ?? '').split(':').map((part) => part.split('=') as [string, string | undefined]))
  const value = (name: string) => Number(set.get(`glibc.malloc.${name}`) ?? Number.NaN)
  return value('perturb') >= 1 && value('perturb') <= 255 && value('tcache_count') === 0
}
