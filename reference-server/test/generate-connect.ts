/** What buf and protoc-gen-es make of our proto file: the code that a stranger's Connect client or server would use. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BINARIES = join(ROOT, 'node_modules/.bin')

/** URL of the generated module, and the way to remove it. */
export function generateConnect(): { readonly module: string; remove(): void } {
  // Inside the repository, so that the generated code finds its library.
  const cache = join(ROOT, 'node_modules/.cache/solo2')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'connect-'))
  const plugin = { local: 'protoc-gen-es', out: folder, opt: ['target=js', 'import_extension=js'] }
  const template = JSON.stringify({ version: 'v2', plugins: [plugin] })
  execFileSync(join(BINARIES, 'buf'), ['generate', '--path', 'solo2/account', '--template', template], {
    cwd: join(ROOT, 'proto'),
    env: { ...process.env, PATH: `${BINARIES}${delimiter}${process.env['PATH']}` },
  })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return {
    module: pathToFileURL(join(folder, 'solo2/account/v1/account_pb.js')).href,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
