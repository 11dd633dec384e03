/** Executes a container file: its own instructions, as they stand there, in Debian folders. What it does not know it refuses. */
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join, posix, relative } from 'node:path'
import { Copy, DockerfileParser, From, type Instruction, type JSONInstruction } from 'dockerfile-ast'
import { run } from '../lab/namespaces.js'
import { addNode, build, copyRoot, type Inside } from './root.js'

export interface Image extends Inside {
  readonly volumes: readonly string[]
  readonly command: readonly string[]
  /** What says whether it is alive. */
  readonly healthCheck: readonly string[]
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * `context` is the folder that COPY reads, `debian` a minimal Debian that each stage begins with, `work` where stages and what
 * they fetch are kept; `said` hears each instruction before it is carried out.
 */
export function executeContainerFile(
  file: string,
  folders: { readonly context: string; readonly debian: string; readonly work: string },
  said: (instruction: string) => void,
): Image {
  const stages = new Map<string, Image>()
  let image: Image | undefined
  for (const instruction of DockerfileParser.parse(readFileSync(file, 'utf8')).getInstructions()) {
    said(instruction.getTextContent().split('\n')[0] ?? '')
    if (instruction instanceof From) {
      const name = instruction.getBuildStage() ?? 'last'
      image = begin(instruction, join(folders.work, `${basename(file)}-${name}`), folders)
      stages.set(name, image)
      continue
    }
    if (image === undefined) throw new Error(`${instruction.getKeyword()} stands before FROM`)
    image = step(image, instruction, folders, stages)
    stages.set([...stages.keys()].at(-1) ?? '', image)
  }
  if (image === undefined) throw new Error('there is no FROM')
  return image
}

function begin(from: From, root: string, { debian, work }: { debian: string; work: string }): Image {
  const [, node] = /^node:([\d.]+)-trixie-slim$/.exec(from.getImage() ?? '') ?? []
  if (node === undefined && from.getImage() !== 'debian:13-slim') throw new Error(`no image ${from.getImage()}`)
  copyRoot(debian, root)
  if (node !== undefined) addNode(root, node, work)
  return { root, folder: '/', environment: { PATH }, user: 'root', volumes: [], command: [], healthCheck: [] }
}

function step(
  image: Image,
  instruction: Instruction,
  folders: { readonly context: string; readonly work: string },
  stages: ReadonlyMap<string, Image>,
): Image {
  const text = instruction.getArgumentsContent() ?? ''
  const args = instruction.getArguments().map((argument) => argument.getValue())
  switch (instruction.getKeyword()) {
    case 'RUN':
      build(image, ['/bin/sh', '-c', shellOf(instruction)], join(folders.work, 'npm'))
      return image
    case 'COPY':
      copy(image, instruction, folders.context, stages)
      return image
    case 'WORKDIR': {
      const folder = posix.resolve(image.folder, text)
      mkdirSync(join(image.root, folder), { recursive: true })
      return { ...image, folder }
    }
    case 'ENV': {
      const pairs = args.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string])
      return { ...image, environment: { ...image.environment, ...Object.fromEntries(pairs) } }
    }
    case 'USER':
      return { ...image, user: text }
    case 'VOLUME':
      return { ...image, volumes: strings(instruction as JSONInstruction) }
    case 'CMD':
      return { ...image, command: strings(instruction as JSONInstruction) }
    case 'HEALTHCHECK':
      return { ...image, healthCheck: JSON.parse(/CMD (\[.*\])$/s.exec(text)?.[1] ?? '') as string[] }
    case 'EXPOSE':
    case 'STOPSIGNAL':
      return image
    default:
      throw new Error(`${instruction.getKeyword()} is not known here`)
  }
}

/** As `sh -c` gets it: lines that go on, without the comments between them. */
function shellOf(instruction: Instruction): string {
  return instruction.getTextContent().replace(/^RUN\s+/, '')
}

function strings(instruction: JSONInstruction): string[] {
  return JSON.parse(instruction.getArgumentsContent() ?? '') as string[]
}

/** A folder's contents go into the place, a file into it where it ends with a slash or several are copied. */
function copy(image: Image, instruction: Instruction, context: string, stages: ReadonlyMap<string, Image>): void {
  if (!(instruction instanceof Copy)) throw new Error('no COPY')
  const flag = instruction.getFromFlag()?.getValue()
  const stage = flag === undefined || flag === null ? undefined : stages.get(flag)
  if (flag && stage === undefined) throw new Error(`there is no stage ${flag}`)
  const paths = instruction.getArguments().map((argument) => argument.getValue())
  const place = paths.at(-1) ?? ''
  const sources = paths.slice(0, -1)
  const target = join(image.root, posix.resolve(image.folder, place))
  for (const path of sources) {
    const source = stage === undefined ? join(context, path) : join(stage.root, posix.resolve(stage.folder, path))
    const isFolder = lstatSync(source).isDirectory()
    const isInto = !isFolder && (place.endsWith('/') || place === '.' || sources.length > 1)
    mkdirSync(isFolder || isInto ? target : join(target, '..'), { recursive: true })
    cpSync(source, isInto ? join(target, basename(path)) : target, { recursive: true, verbatimSymlinks: true })
  }
}

/** What an engine hands to COPY: the repository's files that .dockerignore lets through. */
export function contextOf(repository: string, to: string): void {
  const ignore = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n')
  const lines = ignore.filter((line) => line !== '' && !line.startsWith('#') && line !== '*')
  const open = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  const names = lines.filter((line) => line.startsWith('**/')).map((line) => line.slice(3))
  const paths = lines.filter((line) => !/[!*]/.test(line))
  if (open.length + names.length + paths.length !== lines.length)
    throw new Error('.dockerignore has a line of another form')
  const matches = (name: string) =>
    names.some((one) => (one.startsWith('*') ? name.endsWith(one.slice(1)) : name === one))
  const isClosed = (source: string) => matches(basename(source)) || paths.includes(relative(repository, source))
  for (const path of open) {
    const filter = (source: string) => !isClosed(source)
    if (existsSync(join(repository, path))) cpSync(join(repository, path), join(to, path), { recursive: true, filter })
  }
}

/** Megabytes of a root, without what it began with. */
export function megabytesOf(root: string, debian: string): number {
  const size = (folder: string) => Number(run('du', ['-sm', '--one-file-system', folder]).split('\t')[0])
  return size(root) - size(debian)
}
