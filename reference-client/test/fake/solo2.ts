/** Stands in for `@solo2/sdk` in `--mode fake`. `?scene=` chooses what there is; `window.fake` drives it. */

import { wipe } from '../../../sdk/src/bytes/bytes.js'
import type { Standing } from '../../../sdk/src/client/api/account.js'
import { Solo2Error } from '../../../sdk/src/errors.js'
import { wordsToEntropy } from '../../../sdk/src/keys/words.js'

export { handleBackup } from '../../../sdk/src/adapters/browser/handle-backup.js'
export { blobBackup, blobBytes } from '../../../sdk/src/adapters/browser/memory-files.js'
export { Solo2Error }

import { DAY_AHEAD_MS, type FakeMe, fakeMe, WORDS } from './me.js'
import { mediaPerson } from './media.js'
import { people, requests } from './scenes.js'
import { talkers } from './talk-scenes.js'

const query = new URLSearchParams(location.search)
const scene = query.get('scene') ?? 'empty'
const slow = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, scene === 'slow' ? 60_000 : ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new Solo2Error('cancelled', 'cancelled'))
    })
  })

declare global {
  var fake: { me?: FakeMe; release(): void }
}

let held = scene === 'elsewhere'
globalThis.fake = {
  release: () => {
    held = false
  },
}

const STANDINGS: Readonly<Record<string, Partial<Standing>>> = {
  paused: { state: 'paused', balance: 1_240 },
  grace: { state: 'grace', serviceEndsAt: Date.now() + 5 * 86_400_000, centsPerDay: 3 },
  'cut-off': { state: 'cut_off', centsPerDay: 3 },
  suspended: { state: 'suspended', balance: 310 },
  balance: { balance: 2_240, bonus: 500, centsPerDay: 3, balanceChanged: true },
}

let build: string | undefined

export const browserPlatform = () => ({})

export function createSolo2(platform: { readonly build: string | undefined }): typeof Solo2 {
  build = platform.build
  return Solo2
}

function open(username: string, displayName = 'Lena'): FakeMe {
  const busy = scene !== 'empty'
  const me = fakeMe({
    username,
    displayName,
    server: scene === 'away' ? 'away' : 'connected',
    people: scene === 'exchange' ? [...talkers(Date.now()), mediaPerson(Date.now())] : busy ? people(Date.now()) : [],
    requests: scene === 'requests' || scene === 'home' ? requests : [],
    scene,
    notified: scene === 'notified',
    build,
    ...(STANDINGS[scene] && { standing: STANDINGS[scene] }),
    later: (run, ms) => void setTimeout(run, ms),
  })
  globalThis.fake.me = me
  return me
}

interface Door {
  readonly username: string
  readonly password: string
  readonly displayName?: string
  readonly signal?: AbortSignal
  readonly onProgress?: (stage: string) => void
  readonly onClock?: (clock: { readonly aheadMs: number }) => void
}

function checkWords(words: string): void {
  wipe(wordsToEntropy(words))
}

const Solo2 = {
  async register({ username, displayName, signal, onProgress }: Door) {
    onProgress?.('keys')
    await slow(20, signal)
    if (username === 'taken') throw new Solo2Error('username_taken', 'taken')
    return { me: open(username, displayName), words: WORDS.split(' ') }
  },
  async login({ username, password, signal, onClock }: Door) {
    await slow(20, signal)
    if (scene === 'clock-wrong') onClock?.({ aheadMs: DAY_AHEAD_MS })
    if (scene === 'clock-behind') onClock?.({ aheadMs: -12 * 60_000 })
    if (held) throw new Solo2Error('storage_locked', 'locked')
    if (password.startsWith('wrong')) throw new Solo2Error('wrong_password', 'wrong')
    if (password === 'limit') throw new Solo2Error('rate_limited', 'limit', { retryAfterMs: 30_000 })
    return open(username)
  },
  async unlock(door: Door) {
    return Solo2.login(door)
  },
  async unlockWithWords({ words, username, signal }: Door & { readonly words: string }) {
    await slow(20, signal)
    if (held) throw new Solo2Error('storage_locked', 'locked')
    checkWords(words)
    return open(username)
  },
  async recover({ words, username, signal, onProgress }: Door & { readonly words: string }) {
    checkWords(words)
    onProgress?.('keys')
    await slow(20, signal)
    if (username === 'nobody') throw new Solo2Error('wrong_words', 'nobody')
    return open(username)
  },
  importBackup: () => Promise.reject(new Solo2Error('not_backup', 'no backup')),
  async clearData() {},
  async emergencyReset() {},
  unreadable: async () => (scene === 'damaged' ? ['storage_damaged'] : scene === 'newer' ? ['storage_newer'] : []),
  async vaults() {
    return query.has('vault') ? [{ username: 'lena', server: location.origin }] : []
  },
}
