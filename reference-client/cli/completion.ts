/** Scripts that complete commands and options in a shell, made from the same table as the help. */
import { COMMAND_HELP, OPTION_HELP, optionsOf } from './help.js'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

const takesPath = (value: string | undefined): boolean => value === 'FILE' || value === 'PATH' || value === 'FOLDER'
const WORDS: Readonly<Record<string, string>> = {
  '--paths': 'any mirror-until-verified mirror',
  '--pace': 'normal metered constant',
}
const names = COMMAND_HELP.map(({ name }) => name)
const entries = Object.entries(OPTION_HELP)
const flagsOf = (command: (typeof COMMAND_HELP)[number]): string[] => optionsOf(command).map((option) => `--${option}`)

function bash(): string {
  const paths = entries.filter(([, { value }]) => takesPath(value)).map(([option]) => `--${option}`)
  const others = entries.filter(([, { value }]) => value !== undefined && !takesPath(value))
  const free = others.map(([option]) => `--${option}`).filter((option) => !Object.hasOwn(WORDS, option))
  const lines = [
    '# solo2 completion for bash: source <(solo2 completion bash)',
    '_solo2() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    '  local current="$2" previous="$3" command="${COMP_WORDS[1]}" words=""',
    '  COMPREPLY=()',
    '  case "$previous" in',
    `    ${paths.join('|')}) compopt -o default; return ;;`,
    ...Object.entries(WORDS).map(
      ([option, words]) => `    ${option}) COMPREPLY=($(compgen -W "${words}" -- "$current")); return ;;`,
    ),
    `    ${free.join('|')}) return ;;`,
    '  esac',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${names.join(' ')}"`,
    '  else',
    '    case "$command" in',
    `      completion) words="${SHELLS.join(' ')}" ;;`,
    `      help) words="${names.join(' ')}" ;;`,
    '    esac',
    '    case "$command" in',
    ...COMMAND_HELP.map((command) => `      ${command.name}) words="$words ${flagsOf(command).join(' ')}" ;;`),
    '    esac',
    '    case "$command" in backup|restore|export) [[ "$current" == -* ]] || compopt -o default ;; esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -F _solo2 solo2',
  ]
  return `${lines.join('\n')}\n`
}

/** In single quotes, as shells read them. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function zsh(): string {
  const described = (text: string) => text.replaceAll(':', '\\:')
  const optionSpec = (option: keyof typeof OPTION_HELP): string => {
    const { value, text } = OPTION_HELP[option]
    const words = WORDS[`--${option}`]
    const action = words === undefined ? (takesPath(value) ? '_files' : '') : `(${words})`
    const label = `--${option}[${text.replaceAll(/[[\]]/g, '\\$&').replaceAll(':', '\\:')}]`
    return quoted(value === undefined ? label : `${label}:${value.toLowerCase()}:${action}`)
  }
  const lines = [
    '#compdef solo2',
    '_solo2() {',
    '  if (( CURRENT == 2 )); then',
    '    local -a commands=(',
    ...COMMAND_HELP.map(({ name, text }) => `      ${quoted(`${name}:${described(text)}`)}`),
    '    )',
    '    _describe command commands',
    '    return',
    '  fi',
    '  case "$words[2]" in',
    ...COMMAND_HELP.map((command) => {
      const operand =
        command.name === 'completion'
          ? ` '2:shell:(${SHELLS.join(' ')})'`
          : command.operands === 'FILE'
            ? " '*:file:_files'"
            : ''
      return `    ${command.name}) _arguments '1:command:' ${optionsOf(command).map(optionSpec).join(' ')}${operand} ;;`
    }),
    '  esac',
    '}',
    'compdef _solo2 solo2',
  ]
  return `${lines.join('\n')}\n`
}

function fish(): string {
  const lines = [
    '# solo2 completion for fish: solo2 completion fish | source',
    'complete -c solo2 -f',
    ...COMMAND_HELP.map(
      ({ name, text }) => `complete -c solo2 -n __fish_use_subcommand -a ${name} -d ${quoted(text.slice(0, 80))}`,
    ),
    `complete -c solo2 -n '__fish_seen_subcommand_from completion' -a '${SHELLS.join(' ')}'`,
    "complete -c solo2 -n '__fish_seen_subcommand_from backup restore export' -F",
    ...entries.map(([option, { value, text }]) => {
      const users = COMMAND_HELP.filter((command) => flagsOf(command).includes(`--${option}`)).map(({ name }) => name)
      const words = WORDS[`--${option}`]
      const takes =
        value === undefined ? '' : words !== undefined ? ` -x -a '${words}'` : takesPath(value) ? ' -r -F' : ' -x'
      const when = quoted(`__fish_seen_subcommand_from ${users.join(' ')}`)
      return `complete -c solo2 -n ${when} -l ${option}${takes} -d ${quoted(text.slice(0, 80))}`
    }),
  ]
  return `${lines.join('\n')}\n`
}

export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell]()
}
