/**
 * Types that a public signature names and no entry exports: a reader could not look them up. TypeDoc's own check is silent
 * as soon as the entries belong to more than one package.
 */
import {
  makeRecursiveVisitor,
  type ProjectReflection,
  type ReferenceType,
  type Reflection,
  type SomeType,
} from 'typedoc'

/** The insides of states, which are for their machine only, and short names for a part of a type that is exported. */
const INSIDE: ReadonlySet<string> = new Set([
  'AwaitingFrameState',
  'AwaitingInitiationState',
  'AwaitingResponseState',
  'Call',
  'Correspondence',
  'Hash',
  'Identity',
  'LIMIT_NAMES',
  'Message',
  'MessageFns',
  'Moving',
  'NoiseState',
  'Offered',
  'OpenState',
  'OpenStream',
  'Phase',
  'Source',
  'TunnelStep',
  'TurnDue',
  'TurnSent',
  'Vault',
  'Verifier',
])

function typesOf(reflection: Reflection): SomeType[] {
  const { type, default: byDefault } = reflection as { type?: SomeType; default?: SomeType }
  return [type, byDefault].filter((one) => one !== undefined)
}

/** One line for each such type, with where it is named first. */
export function unexportedTypes(project: ProjectReflection): string[] {
  const found = new Map<string, string>()
  for (const reflection of Object.values(project.reflections)) {
    const look = (reference: ReferenceType) => {
      const path = reference.symbolId?.fileName ?? ''
      const isOurs = path !== '' && !path.includes('node_modules')
      if (!isOurs || reference.reflection || reference.refersToTypeParameter || INSIDE.has(reference.name)) return
      if (!found.has(reference.name)) found.set(reference.name, reflection.getFriendlyFullName())
    }
    for (const type of typesOf(reflection)) type.visit(makeRecursiveVisitor({ reference: look }))
  }
  return [...found].map(([name, where]) => `${name} is named by ${where}, and no entry exports it`)
}
