/** What can stand at a place: fixed words, or what the workspace holds of a kind (see complete-words.ts). */
export interface CompletionValue {
  words?: readonly string[];
  of?: string;
}

/** What can follow a chain of commands: `[]` for the program itself, `['review', 'decide']` and so on. */
export interface CompletionLevel {
  path: readonly string[];
  commands: readonly { name: string; summary: string }[];
  arguments: readonly (CompletionValue & { variadic: boolean })[];
  /** `value` is there for those that take one. */
  options: readonly { long: string; short?: string; description: string; value?: CompletionValue }[];
}

type Levels = readonly CompletionLevel[];

/** Scripts by shell. Commands, options and choices are written into them; what the workspace holds is asked for. */
export const completionScripts: { [shell: string]: (levels: Levels) => string } = { bash, zsh, fish };

const nameOf = (level: CompletionLevel) => level.path.join(' ');
const flagsOf = ({ long, short }: CompletionLevel['options'][number]) => (short ? [short, long] : [long]);

function offers({ words, of }: CompletionValue): string {
  return of ? `of='${of}'` : `words='${(words ?? []).join(' ')}'`;
}

function bash(levels: Levels): string {
  const steps = levels.flatMap((level) =>
    level.commands.map(({ name }) => `${bashPattern(level, name)}) path='${[...level.path, name].join(' ')}' ;;`),
  );
  const valued = levels.flatMap((level) =>
    level.options.flatMap((option) => (option.value ? flagsOf(option).map((flag) => bashPattern(level, flag)) : [])),
  );
  const values = levels.flatMap((level) =>
    level.options.flatMap(({ value, ...option }) =>
      value && (value.words || value.of)
        ? [
            `${flagsOf(option)
              .map((flag) => bashPattern(level, flag))
              .join('|')}) ${offers(value)} ;;`,
          ]
        : [],
    ),
  );
  const places = levels.flatMap((level) =>
    level.arguments.flatMap((argument, i) =>
      argument.words || argument.of
        ? [
            `${argument.variadic ? `${bashPattern(level, '')}*` : bashPattern(level, String(i))}) ${offers(argument)} ;;`,
          ]
        : [],
    ),
  );
  const commands = levels.flatMap((level) =>
    level.commands.length > 0
      ? [`${bashPattern(level, '0')}) words="$words ${level.commands.map(({ name }) => name).join(' ')}" ;;`]
      : [],
  );
  const options = levels.map(
    (level) => `'${nameOf(level)}') words='${level.options.map(({ long }) => long).join(' ')}' ;;`,
  );
  const block = (lines: readonly string[], indent: string) => lines.map((line) => indent + line).join('\n');
  return `# Completion of pipewright for bash
_pipewright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' option='' folder='' words='' of='' place=0 word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ -n "$option" ]; then
      [ "$word" = '=' ] && continue
      case "$option" in -w|--workspace) folder="$word" ;; esac
      option=''
      continue
    fi
    case "$path:$word" in
${block(
  valued.map((pattern) => `${pattern}) option="$word" ;;`),
  '      ',
)}
      *:-*) ;;
      *)
        if [ "$place" -eq 0 ]; then
          case "$path:$word" in
${block(steps, '            ')}
            *) place=1 ;;
          esac
        else
          place=$((place + 1))
        fi ;;
    esac
  done
  [ "$current" = '=' ] && current=''
  if [ -n "$option" ]; then
    case "$path:$option" in
${block(values, '      ')}
    esac
  else
    case "$path:$place" in
${block(places, '      ')}
    esac
    case "$path:$place" in
${block(commands, '      ')}
    esac
    if [ "\${current#-}" != "$current" ] || [ -z "$words$of" ]; then
      of=''
      case "$path" in
${block(options, '        ')}
      esac
    fi
  fi
  [ -n "$of" ] && words="$words $("\${COMP_WORDS[0]}" __complete "$of" "$folder" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pipewright pipewright`;
}

/** As the script matches it: the path of commands, a colon, and what comes there. */
const bashPattern = (level: CompletionLevel, rest: string) => `'${nameOf(level)}:${rest}'`;

function zsh(levels: Levels): string {
  return `#compdef pipewright
# Completion of pipewright for zsh
autoload -U +X bashcompinit && bashcompinit
${bash(levels)}`;
}

function fish(levels: Levels): string {
  const quoted = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
  const answers = ({ words, of }: CompletionValue) =>
    of ? `'(pipewright __complete ${of} 2>/dev/null)'` : quoted((words ?? []).join(' '));
  const lines = levels.flatMap((level) => {
    const children = level.commands.map(({ name }) => name).join(' ');
    const seen = level.path.map((name) => `__fish_seen_subcommand_from ${name}`);
    const here = [...seen, ...(children ? [`not __fish_seen_subcommand_from ${children}`] : [])].join('; and ');
    const when = here ? ` -n ${quoted(here)}` : '';
    return [
      ...level.commands.map(({ name, summary }) => `complete -c pipewright${when} -a ${name} -d ${quoted(summary)}`),
      ...level.arguments.flatMap((argument) =>
        argument.words || argument.of ? [`complete -c pipewright${when} -a ${answers(argument)}`] : [],
      ),
      ...level.options.map(({ long, short, description, value }) => {
        const flags = `${short ? ` -s ${short.slice(1)}` : ''} -l ${long.slice(2)}`;
        const takes = value ? (value.words || value.of ? ` -x -a ${answers(value)}` : ' -r') : '';
        return `complete -c pipewright${when}${flags}${takes} -d ${quoted(description)}`;
      }),
    ];
  });
  return ['# Completion of pipewright for fish', ...lines].join('\n');
}
