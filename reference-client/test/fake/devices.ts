/** Made-up own devices: by scene one, several, one that asks to come in, or an account that is not decided yet. */
import type { DeviceInvitation, OwnDevice, OwnDevices } from '../../../sdk/src/client/api/devices.js'
import type { Me } from '../../../sdk/src/client/api.js'
import { Solo2Error } from '../../../sdk/src/errors.js'

const here: OwnDevice = { id: '0'.repeat(32), name: '', current: true, connected: false, seenAt: 0 }

const SEVERAL: readonly OwnDevice[] = [
  { ...here, name: 'Desk' },
  { id: '1'.repeat(32), name: 'Telephone', current: false, connected: true, seenAt: Date.now() },
  { id: '2'.repeat(32), name: 'Old tablet', current: false, connected: false, seenAt: Date.now() - 9 * 86_400_000 },
  { id: '3'.repeat(32), name: 'Evil\u202Etxt.exe \u2067Bob', current: false, connected: false, seenAt: 0 },
]

const CODE = ['fabric', 'orbit', 'lemon', 'canyon', 'trophy', 'whisper']

export interface FakeDevices extends OwnDevices {
  readonly isUndecided: boolean
}

export function fakeDevices(plan: {
  readonly scene: string
  readonly later: (run: () => void, ms: number) => void
  emit(name: 'devices' | 'sync', event: unknown): void
  me(): Me
}): FakeDevices {
  const { scene, later, emit } = plan
  let list: readonly OwnDevice[] = scene === 'devices' ? SEVERAL : [here]
  let isUndecided = scene === 'undecided'

  function set(next: readonly OwnDevice[]): void {
    list = next
    emit('devices', list)
  }

  return {
    get list() {
      return list
    },
    get isUndecided() {
      return isUndecided
    },
    async invite(): Promise<DeviceInvitation> {
      let fail = (_: Solo2Error): void => {}
      const asked = new Promise<string>((resolve, reject) => {
        fail = reject
        if (scene === 'device-asks') later(() => resolve('Telephone'), 100)
        if (scene === 'device-wrong') later(() => reject(new Solo2Error('wrong_code', 'another')), 100)
      })
      asked.catch(() => undefined)
      return {
        words: CODE,
        qr: `solo2-device:v1:${CODE.join('-')}`,
        expiresAt: Date.now() + 600_000,
        asked,
        async approve() {
          set([{ ...here, name: 'Desk' }, ...SEVERAL.slice(1, 2)])
        },
        cancel: () => fail(new Solo2Error('cancelled', 'cancelled')),
      }
    },
    async join(code, _name, options) {
      if (code.trim().split(/\s+/u).length !== 6) throw new Solo2Error('wrong_code', 'no code')
      await new Promise<void>((resolve, reject) => {
        later(resolve, 60_000)
        options?.signal?.addEventListener('abort', () => reject(new Solo2Error('cancelled', 'cancelled')))
      })
      isUndecided = false
      return plan.me()
    },
    async restore(call) {
      const added = await plan.me().importBackup(call)
      isUndecided = false
      return { me: plan.me(), added }
    },
    async decline() {
      isUndecided = false
    },
    async rename(id, name) {
      set(list.map((device) => (device.id === id ? { ...device, name } : device)))
    },
    async remove(id) {
      set(list.filter((device) => device.id !== id))
    },
  }
}
