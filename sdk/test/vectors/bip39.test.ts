import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/bytes.js'
import { BIP39_WORDS, entropyOf, mnemonicOf } from '../../src/keys/bip39.js'
import { bytes, codeOf, published, publishedText } from './published.js'

describe('[V4] BIP39', () => {
  it('has the published word list', () => {
    expect(publishedText('bip39/english.txt').trim().split(/\s+/)).toEqual([...BIP39_WORDS])
  })

  it('Trezor: 8 of 24 words both ways; 12 and 18 words do not exist here', () => {
    const rows = published<{ english: [string, string, string, string][] }>('bip39/vectors.json').english
    const used = rows.filter(([entropy]) => entropy.length === 64)
    expect([rows.length, used.length]).toEqual([24, 8])
    for (const [entropy, mnemonic] of used) {
      expect(mnemonicOf(bytes(entropy)).join(' ')).toBe(mnemonic)
      expect(toHex(entropyOf(mnemonic.split(' ')))).toBe(entropy)
    }
    for (const [entropy, mnemonic] of rows.filter((row) => !used.includes(row))) {
      expect(codeOf(() => mnemonicOf(bytes(entropy)))).toBe('invalid_argument')
      expect(codeOf(() => entropyOf(mnemonic.split(' ')))).toBe('wrong_words')
    }
  })
})
