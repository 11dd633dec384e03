/** What TypeDoc's pages lack for who opens them as files, without a server, with a keyboard. */
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** A browser shows these files only under a name that says that they are text. */
const SOURCE = /\.(ts|tsx|proto|conf)$/

/** A link to a folder needs a server, a table that scrolls needs the focus, a source its name as text. */
export function mendedPage(html: string): string {
  return html
    .replaceAll(/href="((?:\.\.\/)+)([#"])/g, 'href="$1index.html$2')
    .replaceAll('<table>', '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>')
    .replaceAll(/href="((?:\.\.\/)*media\/[^"#]+)"/g, (link, path: string) =>
      SOURCE.test(path) ? `href="${path}.txt"` : link,
    )
}

/** The copies of sources, renamed as `mendedPage` links to them. */
export async function renameSources(folder: string): Promise<void> {
  const media = join(folder, 'media')
  for (const name of await readdir(media)) {
    if (SOURCE.test(name)) await rename(join(media, name), join(media, `${name}.txt`))
  }
}
