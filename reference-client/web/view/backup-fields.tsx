/** What both ways of bringing a backup back share: the file with its password, how far it is, and what was wrong. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { bytes, number } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { PasswordField } from '../part/field.js'
import { ProblemText } from '../part/parts.js'
import type { BackupProgress } from '../sdk.js'
import type { Problem } from '../state.js'
import { textOf } from './door.js'

export interface ChosenBackup {
  readonly file: File
  readonly password: string
}

/** The fields, and what reads them: undefined where no file is chosen, which the fields then say. */
export function useBackupFields(): [JSX.Element, (form: FormData) => ChosenBackup | undefined] {
  const [isMissing, setMissing] = useState(false)
  const words = t.safekeeping.import
  function read(form: FormData): ChosenBackup | undefined {
    const file = form.get('file')
    const isChosen = file instanceof File && file.name !== ''
    setMissing(!isChosen)
    return isChosen ? { file, password: textOf(form, 'password') } : undefined
  }
  const fields = (
    <>
      <div class="field">
        <label for="backup-file">{words.file}</label>
        <input
          id="backup-file"
          type="file"
          name="file"
          aria-invalid={isMissing ? true : undefined}
          aria-describedby={isMissing ? 'backup-file-problem' : undefined}
        />
        {isMissing && (
          <p class="field-problem" id="backup-file-problem">
            {words.needFile}
          </p>
        )}
      </div>
      <PasswordField label={t.safekeeping.backup.password} />
    </>
  )
  return [fields, read]
}

export function stageText({ stage, bytes: done }: BackupProgress): string {
  const { stages } = t.safekeeping
  return stage === 'keys' ? stages.keys : stages[stage](bytes(done))
}

/** `offset`: where in the file the damage begins. */
export function BackupProblem({
  problem,
  offset,
}: {
  readonly problem: Problem
  readonly offset?: number
}): JSX.Element {
  const words = t.safekeeping.import
  const isOwn = problem.code === 'wrong_password' && problem.field === 'backup_password'
  return (
    <>
      <ProblemText problem={problem} focus {...(isOwn && { told: words.wrongPassword })} />
      {offset !== undefined && offset > 0 && <p>{words.damagedAt(number(offset))}</p>}
    </>
  )
}
