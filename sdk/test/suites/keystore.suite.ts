/** What every keystore must do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Keystore } from '../../src/ports/keystore.js'

export interface KeystoreSubject {
  readonly keystore: Keystore
  restart(): Keystore
  dispose(): Promise<void>
}

export function keystoreSuite(name: string, make: () => Promise<KeystoreSubject>): void {
  describe(`keystore: ${name}`, () => {
    const nonce = new Uint8Array(12).fill(1)
    const data = new TextEncoder().encode('place')
    const plaintext = new TextEncoder().encode('vault key')
    let subject: KeystoreSubject
    beforeEach(async () => {
      subject = await make()
    })
    afterEach(() => subject.dispose())

    it('makes a key once and has it again after a restart', async () => {
      const sealed = await (await subject.keystore.deviceKey('amy')).seal(nonce, data, plaintext)
      expect(sealed).toHaveLength(plaintext.length + 16)
      const again = await subject.restart().deviceKey('amy')
      expect(await again.open(nonce, data, sealed)).toEqual(plaintext)
    })

    it('finds the key that was made, and makes none by looking', async () => {
      expect(await subject.keystore.find('amy')).toBeUndefined()
      expect(await subject.keystore.find('amy')).toBeUndefined()
      const sealed = await (await subject.keystore.deviceKey('amy')).seal(nonce, data, plaintext)
      expect(await (await subject.restart().find('amy'))?.open(nonce, data, sealed)).toEqual(plaintext)
      expect(await subject.keystore.find('bob')).toBeUndefined()
    })

    it('makes one key if it is asked twice at once', async () => {
      const [a, b] = await Promise.all([subject.keystore.deviceKey('amy'), subject.restart().deviceKey('amy')])
      const sealed = await a?.seal(nonce, data, plaintext)
      expect(await b?.open(nonce, data, sealed as Uint8Array)).toEqual(plaintext)
    })

    it('[V5] another vault and another device have other keys', async () => {
      const sealed = await (await subject.keystore.deviceKey('amy')).seal(nonce, data, plaintext)
      const bob = await subject.keystore.deviceKey('bob')
      await expect(bob.open(nonce, data, sealed)).rejects.toMatchObject({ code: 'open_failed' })
      const other = await make()
      const elsewhere = await other.keystore.deviceKey('amy')
      await expect(elsewhere.open(nonce, data, sealed)).rejects.toMatchObject({ code: 'open_failed' })
      await other.dispose()
    })

    it('does not open what was changed or moved', async () => {
      const key = await subject.keystore.deviceKey('amy')
      const sealed = await key.seal(nonce, data, plaintext)
      const failed = { code: 'open_failed' }
      for (let at = 0; at < sealed.length; at++) {
        const changed = sealed.slice()
        changed[at] = (changed[at] as number) ^ 1
        await expect(key.open(nonce, data, changed)).rejects.toMatchObject(failed)
      }
      await expect(key.open(nonce, new Uint8Array(1), sealed)).rejects.toMatchObject(failed)
      await expect(key.open(new Uint8Array(12), data, sealed)).rejects.toMatchObject(failed)
      await expect(key.open(nonce, data, sealed.subarray(0, 8))).rejects.toMatchObject(failed)
      await expect(key.seal(new Uint8Array(16), data, plaintext)).rejects.toMatchObject({ code: 'invalid_argument' })
    })

    it('forgets', async () => {
      const sealed = await (await subject.keystore.deviceKey('amy')).seal(nonce, data, plaintext)
      await subject.keystore.destroy('amy')
      await subject.keystore.destroy('nobody')
      const fresh = await subject.keystore.deviceKey('amy')
      await expect(fresh.open(nonce, data, sealed)).rejects.toMatchObject({ code: 'open_failed' })
    })

    it('forgets all but those that are named', async () => {
      const amy = await (await subject.keystore.deviceKey('amy')).seal(nonce, data, plaintext)
      const bob = await (await subject.keystore.deviceKey('bob')).seal(nonce, data, plaintext)
      await subject.keystore.keepOnly(['bob', 'nobody'])
      const fresh = await subject.keystore.deviceKey('amy')
      await expect(fresh.open(nonce, data, amy)).rejects.toMatchObject({ code: 'open_failed' })
      expect(await (await subject.keystore.deviceKey('bob')).open(nonce, data, bob)).toEqual(plaintext)
    })
  })
}
