/** The reference page of the configuration, made from the schema that checks it. */
import type { z } from 'zod'
import type { Told } from './forms.js'
import { GROUPS } from './variables.js'

interface Definition {
  readonly defaultValue?: unknown
  readonly innerType?: z.ZodType
}

/** From the outermost wrapper to the form itself. */
function layersOf(schema: z.ZodType): z.ZodType[] {
  const inner = (schema.def as Definition).innerType
  return inner === undefined ? [schema] : [schema, ...layersOf(inner)]
}

function row(name: string, schema: z.ZodType): string {
  const layers = layersOf(schema)
  const told = Object.assign({}, ...layers.map((layer) => layer.meta()).reverse()) as Told
  const fallback = layers.map((layer) => (layer.def as Definition).defaultValue).find((value) => value !== undefined)
  if (told.takes === undefined || told.description === undefined) throw new Error(`${name} does not say what it is`)
  const shown = fallback === undefined || fallback === '' ? (told.unset ?? 'none') : `\`${String(fallback)}\``
  return `| \`${name}\` | ${told.takes} | ${shown} | ${told.description} |`
}

const HEAD = `# Configuration

Every setting of the server is an environment variable of this page; a variable that begins with \`SOLO2_\` and is not here is refused as a typing error. A value
that is wrong is named at the start, and \`solo2-server check\` tells more. This page is made from the schema that checks them, by \`npm run configuration\`.
`

/** Throws for a variable that does not say what it takes and what it does. */
export function configurationPage(): string {
  const groups = GROUPS.map(({ title, shape }) => {
    const rows = Object.entries(shape).map(([name, schema]) => row(name, schema))
    return `## ${title}\n\n| Variable | Takes | Default | What it does |\n|---|---|---|---|\n${rows.join('\n')}\n`
  })
  return [HEAD, ...groups].join('\n')
}
