/** This machine: the program that runs here, and the folder that it keeps things in. */
import { constants } from 'node:fs'
import { access, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sizeText } from '../progress-bar.js'
import { type Finding, looksAt, reasonOf } from './finding.js'

/** As `engines` of the package has it. */
const NODE_OLDEST = [20, 19] as const
/** Messages need little; below the first nothing is written safely, below the second no file is taken. */
const SPACE_LEAST = 5_000_000
const SPACE_ENOUGH = 100_000_000
const OTHERS = 0o077

export function checkNode(version = process.versions.node): Finding {
  const { fine, problem } = looksAt('node')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < NODE_OLDEST[0] || (major === NODE_OLDEST[0] && minor < NODE_OLDEST[1])
  const seen = `Node ${version} on ${process.platform} ${process.arch}`
  return isOld ? problem(seen, `use Node ${NODE_OLDEST.join('.')} or newer`) : fine(seen)
}

/** The folder, or what stands in its place and will hold it. */
async function nearest(folder: string): Promise<string> {
  try {
    await stat(folder)
    return folder
  } catch (error) {
    const parent = dirname(folder)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error
    return nearest(parent)
  }
}

async function checkUse(folder: string): Promise<Finding> {
  const { fine, problem } = looksAt('folder')
  try {
    const place = await nearest(folder)
    if (place !== folder) {
      await access(place, constants.W_OK | constants.X_OK)
      return fine(`${folder} is not there yet and can be made`)
    }
    await readdir(folder)
    // Rights alone do not tell of a disk that is full or read-only.
    const probe = join(folder, `doctor-${process.pid}`)
    await writeFile(probe, 'x', { flag: 'wx', mode: 0o600 }).finally(() => rm(probe, { force: true }))
    return fine(`${folder} can be read and written`)
  } catch (error) {
    const text = `${folder} cannot be read and written: ${reasonOf(error)}`
    return problem(text, 'look at its owner and rights, and at the disk, or say another --vault')
  }
}

async function openTo(path: string): Promise<string[]> {
  const { mode } = await stat(path)
  return (mode & OTHERS) === 0 ? [] : [path]
}

/** Vaults are sealed, and the device key beside them is not (spec/11). */
async function checkRights(folder: string): Promise<Finding> {
  const { fine, problem, untried } = looksAt('rights')
  if (process.platform === 'win32') return untried('rights are not looked at on this system')
  try {
    if ((await nearest(folder)) !== folder) return untried('nothing is there yet')
    const vaults = (await readdir(folder)).filter((name) => name.startsWith('vault-'))
    const held = await Promise.all(
      vaults.map(async (name) => (await readdir(join(folder, name))).map((file) => join(folder, name, file))),
    )
    const paths = [folder, ...vaults.map((name) => join(folder, name)), ...held.flat()]
    const open = (await Promise.all(paths.map(openTo))).flat()
    if (open.length === 0) return fine('nobody else on this machine can read it')
    const more = open.length > 1 ? ` and ${open.length - 1} more` : ''
    return problem(`others on this machine can open ${open[0]}${more}`, `chmod -R go= ${folder}`)
  } catch (error) {
    return untried(`rights were not looked at: ${reasonOf(error)}`)
  }
}

async function checkSpace(folder: string): Promise<Finding> {
  const { fine, warning, problem, untried } = looksAt('space')
  try {
    const { bavail, bsize } = await statfs(await nearest(folder))
    const free = bavail * bsize
    const seen = `${sizeText(free)} are free there`
    if (free < SPACE_LEAST) return problem(seen, 'make room on that disk')
    return free < SPACE_ENOUGH ? warning(seen, 'make room before files are received') : fine(seen)
  } catch (error) {
    return untried(`room was not looked at: ${reasonOf(error)}`)
  }
}

export function checkFolder(folder: string): Promise<Finding[]> {
  return Promise.all([checkUse(folder), checkRights(folder), checkSpace(folder)])
}
