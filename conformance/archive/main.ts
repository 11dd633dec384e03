/** `npm run vectors:archive -- FILE`: writes the vectors as a .tar.gz, and tells the SHA-256 of the archive within. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { vectorsArchive } from './vectors.js'

// npm runs a workspace's script in its folder; who types the command means their own.
const path = resolve(process.env['INIT_CWD'] ?? '.', process.argv[2] ?? 'solo2-vectors.tar.gz')
const { tar, gzip } = vectorsArchive()
writeFileSync(path, gzip)
console.log(
  `${path}: ${gzip.length} bytes; SHA-256 of the tar within: ${createHash('sha256').update(tar).digest('hex')}`,
)
