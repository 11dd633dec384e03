/** A temporary copy of the sources, whose packages are the installed ones and whose workspaces are its own. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT, repositoryFiles, WORKSPACES } from '../verify/check.js'

function linkPackages(folder: string): void {
  const installed = join(ROOT, 'node_modules')
  mkdirSync(join(folder, 'node_modules', '@solo2'), { recursive: true })
  for (const name of readdirSync(installed)) {
    if (name !== '@solo2' && !name.startsWith('.'))
      symlinkSync(join(installed, name), join(folder, 'node_modules', name))
  }
  for (const workspace of WORKSPACES) {
    if (workspace !== 'tools') symlinkSync(join(folder, workspace), join(folder, 'node_modules', '@solo2', workspace))
  }
}

/** Makes the copy and returns its folder and the way to remove it. */
export function copySources(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-liars-'))
  for (const path of repositoryFiles(/^(proto|sdk|reference-server|conformance|tools|spec)\/|^[^/]+\.(json|ts)$/)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    cpSync(join(ROOT, path), join(folder, path))
  }
  linkPackages(folder)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
