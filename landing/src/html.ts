/** HTML from values: what is no `Html` is text. */

export interface Html {
  readonly html: string
}

type Value = Html | string | number | readonly (Html | string)[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function text(value: Value): string {
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)
  if (typeof value === 'number') return String(value)
  return 'html' in value ? value.html : value.map(text).join('')
}

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.map((part, i) => part + (i < values.length ? text(values[i] ?? '') : '')).join('') }
}
