/** Of this build. */
export const VERSION = '0.1.0'

const UNNAMED = /^0*$/

/** The hash over all files of this build, which its page says (spec/05 section 12); undefined where nothing was built. */
export const BUILD: string | undefined = builtAs()

function builtAs(): string | undefined {
  // Tests of the pure parts have no page.
  const said = globalThis.document?.querySelector('meta[name=build]')?.getAttribute('content') ?? ''
  return UNNAMED.test(said) ? undefined : said
}
