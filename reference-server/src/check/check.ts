/** `solo2-server check`: everything that a deployment can have wrong, looked at before its users do. */
import { type Config, readConfig } from '../config.js'
import { checkBus } from './bus.js'
import { checkClock, checkDatabase } from './database.js'
import { type Finding, looksAt } from './finding.js'
import { checkData, checkKept, checkResources } from './machine.js'
import { checkCertificate, checkMirror, checkOrigin, checkPort, checkStun } from './reach.js'
import { checkProxies, checkPush, checkTestClock } from './settings.js'

function configOf(environment: Readonly<Record<string, string | undefined>>): Config | Finding {
  try {
    return readConfig(environment)
  } catch (error) {
    const what = error instanceof Error ? error.message : 'it cannot be read'
    const remedy = 'solo2-server configuration tells what each variable takes'
    return looksAt('configuration').problem(what, 'the server cannot start', remedy)
  }
}

/** Changes nothing. `now`: Unix milliseconds. */
export async function checkDeployment(
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): Promise<Finding[]> {
  const config = configOf(environment)
  if ('level' in config) return [config]
  const { runs, findings } = await checkPort(config)
  const rest = await Promise.all([
    checkData(config),
    checkDatabase(config, now),
    checkBus(config),
    checkKept(config),
    checkResources(config),
    checkClock(now()),
    checkTestClock(config),
    checkCertificate(config, now()),
    checkProxies(config),
    checkOrigin(config, runs, now),
    checkStun(config, runs),
    checkMirror(config, now()),
    checkPush(config),
  ])
  return [looksAt('configuration').fine('every variable is known and well formed'), ...findings, ...rest.flat()]
}
