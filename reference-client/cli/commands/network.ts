/** network: which paths contacts are offered, and when packets leave */
import type { NetworkChoices } from '@solo2/sdk/node'
import type { Command } from '../context.js'
import { usageError } from '../usage.js'

const PATHS: Readonly<Record<string, NetworkChoices['paths']>> = {
  any: 'any',
  'mirror-until-verified': 'mirrorUntilVerified',
  mirror: 'mirror',
}

const PACES: Readonly<Record<string, NetworkChoices['pace']>> = {
  normal: 'normal',
  metered: 'metered',
  constant: 'constant',
}

export const network: Command = async ({ options, output, unlock }) => {
  const change = {
    ...(options.paths !== undefined && { paths: chosen('paths', PATHS, options.paths) }),
    ...(options.pace !== undefined && { pace: chosen('pace', PACES, options.pace) }),
  }
  const me = await unlock()
  try {
    if (Object.keys(change).length > 0) await me.chooseNetwork(change)
    const { paths, pace } = me.network
    const name = Object.keys(PATHS).find((known) => PATHS[known] === paths) ?? paths
    output.fact({ event: 'network', paths: name, pace }, `paths: ${name}\npace: ${pace}`)
  } finally {
    await me.lock()
  }
}

function chosen<Value>(option: string, values: Readonly<Record<string, Value>>, text: string): Value {
  const value = Object.hasOwn(values, text) ? values[text] : undefined
  if (value === undefined) throw usageError(`--${option} is one of: ${Object.keys(values).join(', ')}`)
  return value
}
