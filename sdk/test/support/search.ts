/** Looks for secrets in recorded bytes, in every form in which they might have leaked. */

/** The forms of a secret: raw, hex in both cases, base64 and base64url at each of the three alignments. */
export function formsOf(secret: Uint8Array): Buffer[] {
  const raw = Buffer.from(secret)
  const hex = raw.toString('hex')
  const forms = [raw, Buffer.from(hex), Buffer.from(hex.toUpperCase()), Buffer.from(raw.toString('utf8'), 'utf16le')]
  for (let shift = 0; shift < 3; shift++) {
    // Of each alignment only the digits that depend on the secret alone.
    const padded = Buffer.concat([Buffer.alloc(shift), raw])
      .toString('base64')
      .replace(/=+$/, '')
    const first = shift === 0 ? 0 : shift + 1
    const whole = padded.slice(first, Math.floor(((shift + raw.length) * 8) / 6))
    forms.push(Buffer.from(whole), Buffer.from(whole.replaceAll('+', '-').replaceAll('/', '_')))
  }
  return forms
}

/** Whether any form of `secret` (at least 6 bytes, or chance finds it) is in the joined records. */
export function isFound(records: readonly Uint8Array[], secret: Uint8Array): boolean {
  const all = Buffer.concat(records)
  return formsOf(secret).some((form) => all.includes(form))
}
