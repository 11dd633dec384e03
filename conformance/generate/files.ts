/** All vector files, by name, as they are to stand in conformance/vectors. */
import { backupVectors } from './backup.js'
import { contentVectors } from './content.js'
import { frameVectors } from './frame.js'
import { handshakeVectors, type NamedRun, runs } from './handshake.js'
import { introductionVectors } from './introduction.js'
import { print } from './json.js'
import { mergeVectors } from './merge.js'
import { ratchetVectors } from './ratchet.js'
import { vaultVectors } from './vault.js'

export function vectorFiles(): ReadonlyMap<string, string> {
  const all = runs()
  return new Map([
    ['introduction.json', print(introductionVectors())],
    ['handshake.json', print(handshakeVectors(all))],
    ['ratchet.json', print(ratchetVectors(all[0] as NamedRun))],
    ['frame.json', print(frameVectors())],
    ['content.json', print(contentVectors())],
    ['merge.json', print(mergeVectors())],
    ['vault.json', print(vaultVectors())],
    ['backup.json', print(backupVectors())],
  ])
}
