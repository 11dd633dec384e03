/** The testee in the text of spec/15 is what somebody begins with who has only the chapters: it runs as it stands there. */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

it('the Python of spec/15 section 2.1, with the modules of protoc, keeps every case of padding', async () => {
  const chapter = await readFile(join(ROOT, 'spec/15-conformance.md'), 'utf8')
  const program = /^```python\n([\s\S]*?)^```$/m.exec(chapter)?.[1] ?? ''
  const folder = await mkdtemp(join(tmpdir(), 'solo2-chapter-'))
  try {
    const protos = (await readdir(join(ROOT, 'proto/solo2'), { recursive: true }))
      .filter((name) => name.endsWith('.proto'))
      .map((name) => join('solo2', name))
    await run('/usr/bin/protoc', ['-I', '.', `--python_out=${folder}`, ...protos], { cwd: join(ROOT, 'proto') })
    await writeFile(join(folder, 'mine.py'), program)
    const cases = ['--run', 'vectors/frame/*padding/*']
    const { stdout } = await run(
      'npm',
      ['run', '--silent', 'conformance', '--', 'vectors', ...cases, '--', '/usr/bin/python3', join(folder, 'mine.py')],
      { cwd: ROOT },
    )
    expect(stdout).toMatch(/^mine 0\.1: \d\d kept$/m)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
