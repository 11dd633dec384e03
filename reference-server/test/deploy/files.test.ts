/** What a container engine is given, read by linters and held against what the deploy guide says of it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DCLinter } from 'dclint'
import { DockerfileParser } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const DEPLOY = new URL('../../deploy/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, DEPLOY), 'utf8')

interface ComposeService {
  readonly build: { readonly context: string; readonly dockerfile: string }
  readonly env_file: readonly string[]
  readonly [key: string]: unknown
}

/** Its own types lead nowhere under `nodenext`. */
interface Linted {
  readonly messages: readonly { readonly rule: string; readonly line: number; readonly message: string }[]
}

describe.each(['Containerfile', 'coturn.Containerfile'])('%s', (name) => {
  const file = DockerfileParser.parse(read(name))
  const instructions = file.getInstructions().map((one) => `${one.getKeyword()} ${one.getArgumentsContent() ?? ''}`)
  const stages = file.getFROMs()

  test('the linter finds nothing', () => {
    expect(validate(read(name))).toEqual([])
  })

  test('each base image has a tag that says its version', () => {
    for (const stage of stages) expect(stage.getImage()).toMatch(/^(node:\d+\.\d+\.\d+-trixie-slim|debian:13-slim)$/)
  })

  test('what runs in it is nobody in particular, by number', () => {
    expect(instructions.filter((one) => one.startsWith('USER')).at(-1)).toMatch(/^USER 847[01]:847[01]$/)
  })

  test('it downloads by the clients of npm and Debian only', () => {
    const all = instructions.join('\n')
    expect(all).not.toMatch(/\b(ADD|curl|wget|git|http|npx)\b/)
    expect(all.match(/\b(npm|apt-get) (ci|install|update)\b/g)).not.toEqual(null)
  })

  test('what is copied from the repository is let through by .dockerignore', () => {
    const ignore = readFileSync(new URL('../../.dockerignore', DEPLOY), 'utf8')
    const open = [...ignore.matchAll(/^!(.+)$/gm)].map(([, path]) => path ?? '')
    const sources = file.getCOPYs().filter((copy) => copy.getFromFlag() === null)
    const paths = sources.flatMap((copy) => copy.getArguments().slice(0, -1)).map((argument) => argument.getValue())
    expect(paths.length).toBeGreaterThan(0)
    for (const path of paths)
      expect(
        open.some((one) => path === one || path.startsWith(`${one}/`)),
        path,
      ).toBe(true)
  })
})

test('the image of the server says when it is not alive, and is told to end as it ends well', () => {
  const text = read('Containerfile')
  expect(text).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", "reference-server\/deploy\/alive.mjs"\]$/m)
  expect(text).toMatch(/^STOPSIGNAL SIGTERM$/m)
})

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml')) as { readonly services: Readonly<Record<string, ComposeService>> }

  test('the linter finds nothing, and the schema of the Compose specification holds', () => {
    const rules = {
      // Two ports are open to everybody: that is what the server is for.
      'no-unbound-port-interfaces': 0,
      // The server comes first.
      'services-alphabetical-order': 0,
      'require-quotes-in-ports': [2, { quoteType: 'double' }],
    }
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] })
    const results: readonly Linted[] = linter.lintFiles([fileURLToPath(new URL('compose.yaml', DEPLOY))], false)
    expect(results).toHaveLength(1)
    expect(results.flatMap(({ messages }) => messages.map(({ rule, line, message }) => [rule, line, message]))).toEqual(
      [],
    )
  })

  test.each(Object.entries(compose.services))(
    '%s writes nowhere, may do nothing, and takes no more than its share',
    (_, service) => {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        restart: 'unless-stopped',
        ulimits: { core: 0, nofile: 65_536 },
      })
      expect(service['privileged']).toBeUndefined()
      expect(service['mem_limit']).toMatch(/^\d+[mg]$/)
      // Equal: no swap.
      expect(service['memswap_limit']).toBe(service['mem_limit'])
      expect(service['pids_limit']).toBeGreaterThan(0)
    },
  )

  test('it is built from this repository, and no secret stands in it', () => {
    for (const { build, env_file } of Object.values(compose.services)) {
      const root = new URL(`${build.context}/`, DEPLOY)
      expect(readFileSync(new URL(build.dockerfile, root), 'utf8')).toContain('FROM ')
      for (const name of env_file) expect(read(`${name}.example`)).toContain('=')
    }
    expect(read('compose.yaml')).not.toMatch(/SECRET|PASSWORD|KEY/)
  })
})
