/** Carries out backups, imports and readable copies, one at a time, and asks the browser about its storage. */
import type { Action } from '../action.js'
import type { Command } from '../command.js'
import { t } from '../i18n/catalogue.js'
import { DIRECTIONS } from '../i18n/locale.js'
import type { Keeping, KeepingOutcome, StorageView } from '../safekeeping.js'
import { type BackupProgress, type BackupSink, loadSinks, type Me } from '../sdk.js'
import { VERSION } from '../version.js'
import { download } from './device.js'
import { diagnosisOf, features } from './diagnosis.js'
import { problemOf } from './problem.js'

type Dispatch = (action: Action) => void
type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

/** Progress is told at each so many bytes, and at each new stage. */
const STEP_BYTES = 1_000_000

export interface SafekeepingWorld {
  readonly dispatch: Dispatch
  now(): number
  account(): Me
  /** Shows what an import brought. */
  refresh(): void
}

export function safekeepingHandlers({ dispatch, now, account, refresh }: SafekeepingWorld) {
  let working: AbortController | undefined

  async function look(): Promise<StorageView> {
    const storage = await storageView(account().backedUpAt)
    dispatch({ type: 'storage', storage })
    return storage
  }

  return {
    look_at_storage: look,
    async persist() {
      const isKept = (await navigator.storage?.persist?.().catch(() => false)) ?? false
      if (!isKept) dispatch({ type: 'persist_refused' })
      await look()
    },
    async keeping({ keeping }: Of<'keeping'>) {
      working = new AbortController()
      const call = {
        signal: working.signal,
        onProgress: rarely((progress) => dispatch({ type: 'keeping_progress', progress })),
      }
      try {
        dispatch({ type: 'keeping_ended', outcome: await perform(account(), keeping, call, now()) })
        if (keeping.kind === 'import') refresh()
      } catch (error) {
        const { offset } = error as { readonly offset?: number }
        const problem = problemOf(error)
        dispatch({
          type: 'keeping_ended',
          outcome: { kind: keeping.kind, problem, ...(offset !== undefined && { offset }) },
        })
      }
    },
    keeping_cancel: () => working?.abort(),
    async diagnosis({ problems }: Of<'diagnosis'>) {
      const { userAgent, languages } = navigator
      const storage = await look()
      const around = { version: VERSION, now: now(), userAgent, languages, features: features(), storage, problems }
      const text = `${JSON.stringify(diagnosisOf(account(), around), null, 2)}\n`
      download(new Blob([text]), `solo2-diagnosis-${dayName(now())}.json`)
    },
  }
}

interface Call {
  readonly signal: AbortSignal
  onProgress(progress: BackupProgress): void
}

async function perform(me: Me, keeping: Keeping, call: Call, now: number): Promise<KeepingOutcome> {
  const { kind, password } = keeping
  switch (kind) {
    case 'backup': {
      const place = await savePlace(`solo2-${me.username}-${dayName(now)}.backup`)
      const facts = await me.exportBackup({ ...call, password, sink: place.sink })
      place.give()
      return { kind, facts }
    }
    case 'copy': {
      const place = await savePlace(`solo2-${me.username}-${dayName(now)}.zip`)
      const words = { ...t.safekeeping.copyWords, language: t.language, direction: DIRECTIONS[t.language] }
      const facts = await me.readableCopy({ ...call, password, sink: place.sink, words })
      place.give()
      return { kind, facts }
    }
    case 'import': {
      const { blobBytes } = await loadSinks()
      return { kind, added: await me.importBackup({ ...call, password, backup: blobBytes(keeping.file) }) }
    }
    default:
      return keeping satisfies never
  }
}

interface SavePlace {
  readonly sink: BackupSink
  /** All is there: hands it to the person, if it is not where they wanted it already. */
  give(): void
}

type Picker = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>

/**
 * A file that the person chooses, where the browser lets one write to it as it comes. Elsewhere what the browser keeps for the
 * page until it is downloaded: never its private file system, where plain text would outlive a page that ended.
 */
async function savePlace(suggestedName: string): Promise<SavePlace> {
  const { showSaveFilePicker: pick } = globalThis as { readonly showSaveFilePicker?: Picker }
  if (pick !== undefined) {
    // First of all, while the press of the button still counts.
    const handle = await pick({ suggestedName }).catch((error: DOMException) => {
      if (error.name === 'AbortError') throw { code: 'cancelled', culprit: 'caller' }
      throw error
    })
    const { handleBackup } = await loadSinks()
    return { sink: await handleBackup(handle), give() {} }
  }
  const { blobBackup } = await loadSinks()
  const sink = blobBackup()
  return { sink, give: () => download(sink.blob(), suggestedName) }
}

export function rarely(tell: (progress: BackupProgress) => void): (progress: BackupProgress) => void {
  let told = ''
  return (progress) => {
    const now = `${progress.stage} ${Math.floor(progress.bytes / STEP_BYTES)}`
    if (now === told) return
    told = now
    tell(progress)
  }
}

function dayName(now: number): string {
  return new Date(now).toISOString().slice(0, 10)
}

/** Of what the browser does not tell, nothing. */
export async function storageView(backedUpAt: number | undefined): Promise<StorageView> {
  const { storage } = navigator
  const persisted = (await storage?.persisted?.().catch(() => false)) ?? false
  const estimate: StorageEstimate = (await storage?.estimate?.().catch(() => ({}))) ?? {}
  const { usage: used, quota } = estimate
  return { persisted, used, quota, isPrivate: looksPrivate(quota), backedUpAt }
}

/** Chromium gives a private window less storage than twice its memory for scripts; elsewhere private windows fail the probe. */
function looksPrivate(quota: number | undefined): boolean {
  const { memory } = performance as { readonly memory?: { readonly jsHeapSizeLimit: number } }
  return quota !== undefined && memory !== undefined && quota < 2 * memory.jsHeapSizeLimit
}
