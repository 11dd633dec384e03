/** backup, restore, export: everything of an account as one file, sealed or readable. */
import { resolve } from 'node:path'
import { type BackupFacts, type BackupProgress, backupFile, fileSource, Solo2 } from '@solo2/sdk/node'
import type { Command, Context } from '../context.js'
import { showProgress } from '../describe.js'
import { usageError } from '../usage.js'

const MEGABYTE = 1_000_000

const STAGES: Readonly<Record<BackupProgress['stage'], string>> = {
  keys: 'stretching the password',
  writing: 'writing',
  checking: 'reading it again',
  merging: 'adding what is missing',
}

/** At each whole megabyte. */
function progress({ output }: Context): (progress: BackupProgress) => void {
  const show = showProgress(output)
  return ({ stage, bytes }) => {
    const whole = Math.floor(bytes / MEGABYTE)
    show(`${stage} ${whole}`, { event: 'progress', stage, bytes }, `${STAGES[stage]}, ${whole} MB`)
  }
}

function counted({ contacts, messages, files }: Pick<BackupFacts, 'contacts' | 'messages' | 'files'>): string {
  return `contacts ${contacts}, messages ${messages}, files ${files}`
}

function sayWritten({ output }: Context, event: string, path: string, facts: BackupFacts): void {
  const { left } = facts
  const lost = left === 0 ? '' : `\n${left} files are not in it: this vault could not read them`
  output.fact({ event, path, ...facts }, `${path}: ${counted(facts)}; written and read again${lost}`)
}

export const backup: Command = async (context) => {
  const path = resolve(context.operand(0, 'the file to write'))
  const password = await context.backupPassword(true)
  const me = await context.unlock()
  try {
    const { signal } = context
    const sink = await backupFile(path)
    const facts = await me.exportBackup({ password, sink, signal, onProgress: progress(context) })
    sayWritten(context, 'backup', path, facts)
  } finally {
    await me.lock()
  }
}

export const exportCopy: Command = async (context) => {
  const { options, signal } = context
  const path = resolve(context.operand(0, 'the ZIP file to write'))
  const password = await context.password(false)
  const me = await context.unlock(password)
  try {
    if (options.yes !== me.username) {
      throw usageError(`a readable copy is not encrypted, whoever has it can read it: say --yes ${me.username}`)
    }
    const sink = await backupFile(path)
    const facts = await me.readableCopy({ password, sink, signal, onProgress: progress(context) })
    sayWritten(context, 'readable_copy', path, facts)
  } finally {
    await me.lock()
  }
}

export const restore: Command = async (context) => {
  const { output, signal, folders } = context
  const source = await fileSource(resolve(context.operand(0, 'the backup')))
  try {
    const { me, added } = await Solo2.importBackup({
      ...(await context.credentials(false)),
      backup: source,
      backupPassword: await context.backupPassword(false),
      ...folders,
      signal,
      onProgress: progress(context),
    })
    await me.lock()
    output.fact({ event: 'restored', ...added }, `added: ${counted(added)}`)
  } finally {
    await source.close()
  }
}
