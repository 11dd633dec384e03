/** Words for generated code where the .proto file has none: what is the same for every message, and where a method is described. */
import { readRepositoryFile } from '../verify/check.js'

let methods: Map<string, string> | undefined

/** Sections of spec/05 by the method that they describe. */
function methodSections(): Map<string, string> {
  methods ??= new Map(
    [...readRepositoryFile('spec/05-account.md').matchAll(/^### (6\.\d+) (\w+)$/gm)].map(
      ([, section = '', name = '']) => [name, section],
    ),
  )
  return methods
}

const CODEC = 'Writes and reads this message. Use it with `encode` and `decodeCanonical` (spec/00 section 3).'

/** Words for an export of generated code, in `parent`; undefined where it must have its own. */
export function generatedWords(name: string, parent: string, isVariable: boolean): string | undefined {
  const [, method = '', side] = /^(\w+)(Request|Response)$/.exec(name) ?? []
  const section = methodSections().get(method)
  if (section) return `${side === 'Request' ? 'Asks' : 'Answers'} \`${method}\` (spec/05 section ${section}).`
  if (name === 'AccountServiceDefinition') return 'The service with its methods, as Connect describes one.'
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return `One value of \`${parent}\`.`
  if (/(From|To)JSON$/.test(name)) return 'Between the number and its name in JSON.'
  if (/(State|Type|Kind|Reason|Stage|Pace|Paths|Verification|Case)$/.test(name))
    return 'The values are listed beside the type.'
  return isVariable ? CODEC : undefined
}
