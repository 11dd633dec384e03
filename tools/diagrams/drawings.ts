/** Every drawing of a state machine, by its path. */
import { readRepositoryFile } from '../verify/check.js'
import { draw } from './draw.js'
import { chapters, machinesOf } from './machine.js'

export async function drawings(): Promise<Map<string, string>> {
  const made = new Map<string, string>()
  for (const page of chapters()) {
    for (const machine of machinesOf(readRepositoryFile(page))) {
      made.set(`docs/diagrams/${machine.name}.svg`, await draw(machine))
    }
  }
  return made
}
