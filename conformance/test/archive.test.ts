/** The archive of the vectors: whole for other programs, and the same bytes whenever and wherever it is made. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { makeTar } from '../archive/tar.js'
import { archivedFiles, vectorsArchive } from '../archive/vectors.js'

const folder = mkdtempSync(join(tmpdir(), 'solo2-archive-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('is opened by tar with every file as it is, and each fits its sum', () => {
  const path = join(folder, 'vectors.tar.gz')
  writeFileSync(path, vectorsArchive().gzip)
  execFileSync('tar', ['-xzf', path, '-C', folder])
  const files = archivedFiles()
  for (const { name, bytes } of files) expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true)
  const listed = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' }).trim().split('\n')
  expect(listed).toEqual(files.map(({ name }) => name).toSorted())
  const sums = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
    cwd: join(folder, 'solo2-vectors'),
    encoding: 'utf8',
  })
  expect(sums.trim().split('\n')).toHaveLength(files.length - 1)
})

test('holds what somebody needs who has nothing else', () => {
  const names = archivedFiles().map(({ name }) => name.replace('solo2-vectors/', ''))
  expect(names).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'SHA256SUMS']))
  const vectors = names.filter((name) => /^[a-z]+\.json$/.test(name))
  expect(vectors.length).toBeGreaterThanOrEqual(8)
  for (const name of vectors) expect(names).toContain(`schema/${name.replace('.json', '.schema.json')}`)
})

test('follows from names and contents alone: no order of files, no time, no owner', () => {
  const files = archivedFiles()
  const { tar, gzip } = vectorsArchive()
  expect(Buffer.from(makeTar(files.toReversed())).equals(tar)).toBe(true)
  expect(gunzipSync(gzip).equals(tar)).toBe(true)
  expect([...gzip.subarray(3, 10)], 'no name, no time, no system').toEqual([0, 0, 0, 0, 0, 2, 255])
  for (const field of ['mtime', 'uid', 'gid']) {
    const script = `import sys,tarfile;print({m.${field} for m in tarfile.open(fileobj=sys.stdin.buffer,mode='r|')})`
    expect(execFileSync('python3', ['-c', script], { input: tar, encoding: 'utf8' }).trim()).toBe('{0}')
  }
})

test('a name that does not fit is told, never cut', () => {
  expect(() => makeTar([{ name: 'a'.repeat(101), bytes: new Uint8Array() }])).toThrow('no name')
})
