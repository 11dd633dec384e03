/** The testee in Python, which was written from spec/ alone, keeps all vectors: what the chapters say suffices, and still does. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
// Debian's, for which tools/test/debian.ts has the packages; another one first in the path may lack them.
const PYTHON = '/usr/bin/python3'
const TESTEE = 'conformance/testees/python/main.py'

it('an implementation written from the chapters alone keeps every vector', { timeout: 120_000 }, async () => {
  // A case that is broken, a Python that is missing among the reasons, ends the command with 1, which throws here.
  const { stdout } = await promisify(execFile)(
    'npm',
    ['run', '--silent', 'conformance', '--', 'vectors', '--', PYTHON, TESTEE],
    { cwd: ROOT },
  )
  // Features that are not declared would stand beside the number.
  expect(stdout).toMatch(/^python 1: \d+ kept$/m)
})
