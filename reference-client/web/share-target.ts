/**
 * The worker's side of what another app shares: it waits in memory for the page that it opens, is given once, and is never
 * written anywhere. Any site can post a form here, so that everything is bounded and nothing is done without the person.
 */
import type { ShareProblem } from './share.js'

export type WaitingShare = { readonly text: string; readonly files: readonly File[] } | ShareProblem

export const SHARE_BYTES = 33_554_432
const FILES = 32
const TEXT_LENGTH = 65_536

export interface ShareTarget {
  /** Leads to the app, whatever came: the address tells only that there was something. */
  receive(request: Request): Promise<Response>
  take(): WaitingShare
}

export function createShareTarget(): ShareTarget {
  let waiting: WaitingShare = 'gone'
  return {
    async receive(request) {
      waiting = await read(request).catch(() => 'gone' as const)
      return new Response(null, { status: 303, headers: { Location: '/#shared' } })
    },
    take() {
      const given = waiting
      waiting = 'gone'
      return given
    },
  }
}

async function read(request: Request): Promise<WaitingShare> {
  const body = await bounded(request)
  if (body === undefined) return 'too_large'
  const form = await new Response(body, {
    headers: { 'Content-Type': request.headers.get('Content-Type') ?? '' },
  }).formData()
  const parts = ['title', 'text', 'url'].flatMap((name) => {
    const value = form.get(name)
    return typeof value === 'string' && value.trim() !== '' ? [value] : []
  })
  const text = [...new Set(parts)].join('\n')
  // A form without a chosen file holds an empty one.
  const files = form
    .getAll('files')
    .filter((value): value is File => typeof value !== 'string' && (value.name !== '' || value.size > 0))
  if (text.length > TEXT_LENGTH || files.length > FILES) return 'too_large'
  return text === '' && files.length === 0 ? 'gone' : { text, files }
}

async function bounded({ body }: Request): Promise<Blob | undefined> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  const reader = body?.getReader()
  let size = 0
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > SHARE_BYTES) {
      await reader.cancel()
      return undefined
    }
    parts.push(value)
  }
  return new Blob(parts)
}
